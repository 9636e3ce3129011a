#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "orchestrator/config/scalar.hpp"
#include "orchestrator/config/schema.hpp"
#include "orchestrator/config/yaml.hpp"
#include "searchers/problem/overloaded.hpp"
#include "tests/orchestrator/config_support.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using namespace winnow::tests;
using nlohmann::json;

namespace {

// What an editor makes of the file.
json as_json(const Node& node) {
  if (node.kind == Node::Kind::sequence) {
    json list = json::array();
    for (const Node& item : node.items) list.push_back(as_json(item));
    return list;
  }
  if (node.kind == Node::Kind::mapping) {
    json object = json::object();
    for (const Entry& entry : node.entries) object[entry.key] = as_json(entry.value);
    return object;
  }
  if (!node.plain) return node.text;
  return std::visit(Overloaded{[](Null) { return json(nullptr); },
                               [](const Unreadable&) { return json("unreadable"); },
                               [](const auto& value) { return json(value); }},
                    meaning_of_plain(node.text));
}

bool has_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  REQUIRE(type == "number");
  return value.is_number();
}

// The part of draft-07 that the schema uses; a keyword it does not know fails the test.
class Validator {
 public:
  explicit Validator(json schema) : root_(std::move(schema)) {}

  bool accepts(const json& value) const { return accepts(root_, value); }

 private:
  bool accepts(const json& schema, const json& value) const {
    for (const auto& [keyword, argument] : schema.items()) {
      if (!holds(schema, keyword, argument, value)) return false;
    }
    return true;
  }

  bool holds(const json& schema, const std::string& keyword, const json& argument,
             const json& value) const {
    if (keyword == "type") {
      if (argument.is_string()) return has_type(value, argument);
      return std::any_of(argument.begin(), argument.end(),
                         [&](const json& type) { return has_type(value, type); });
    }
    if (keyword == "enum")
      return std::find(argument.begin(), argument.end(), value) != argument.end();
    if (keyword == "const") return value == argument;
    if (keyword == "minimum") return !value.is_number() || value >= argument;
    if (keyword == "maximum") return !value.is_number() || value <= argument;
    if (keyword == "minItems") return !value.is_array() || value.size() >= argument;
    if (keyword == "pattern") {
      return !value.is_string() ||
             std::regex_search(value.get<std::string>(), std::regex(argument.get<std::string>()));
    }
    if (keyword == "items") {
      return !value.is_array() || std::all_of(value.begin(), value.end(), [&](const json& item) {
        return accepts(argument, item);
      });
    }
    if (keyword == "anyOf") {
      return std::any_of(argument.begin(), argument.end(),
                         [&](const json& each) { return accepts(each, value); });
    }
    if (keyword == "required") {
      return !value.is_object() ||
             std::all_of(argument.begin(), argument.end(),
                         [&](const json& key) { return value.contains(key.get<std::string>()); });
    }
    if (keyword == "properties" || keyword == "additionalProperties") {
      return !value.is_object() || members_hold(schema, value);
    }
    if (keyword == "$ref") return accepts(root_["definitions"]["parameters"], value);
    const std::set<std::string> notes = {"$schema", "title", "description", "default",
                                         "definitions"};
    INFO(keyword);
    REQUIRE(notes.contains(keyword));
    return true;
  }

  bool members_hold(const json& schema, const json& value) const {
    const json properties = schema.value("properties", json::object());
    for (const auto& [key, member] : value.items()) {
      if (properties.contains(key)) {
        if (!accepts(properties[key], member)) return false;
        continue;
      }
      const json& rest = schema["additionalProperties"];
      if (rest.is_boolean() ? !rest.get<bool>() : !accepts(rest, member)) return false;
    }
    return true;
  }

  json root_;
};

json parsed(const std::string& text) {
  Diagnostics diagnostics;
  return as_json(*parse_yaml(text, user_file_limits, diagnostics));
}

std::set<std::string> keys_of(const json& properties) {
  std::set<std::string> keys;
  for (const auto& [key, schema] : properties.items()) keys.insert(key);
  return keys;
}

/// The keys that the reader says it knows, when it meets one that it does not.
std::set<std::string> keys_of_reader(const std::string& study) {
  const std::string messages = messages_in(study);
  const std::size_t begin = messages.find("known are ");
  REQUIRE(begin != std::string::npos);
  std::string list = messages.substr(begin + 10, messages.find(" [unknown-key]") - begin - 10);
  std::set<std::string> keys;
  for (std::size_t comma; (comma = list.find(", ")) != std::string::npos;) {
    keys.insert(list.substr(0, comma));
    list.erase(0, comma + 2);
  }
  keys.insert(list);
  return keys;
}

}  // namespace

TEST_CASE("the schema accepts every study that is shipped") {
  const Validator validator(study_schema());
  int files = 0;
  for (const char* folder : {"configs", "examples"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(WINNOW_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".yaml") continue;
      CAPTURE(entry.path());
      CHECK(validator.accepts(parsed(read_text(entry.path()))));
      ++files;
    }
  }
  CHECK(files >= 7);
}

TEST_CASE("the schema refuses what the reader refuses") {
  const Validator validator(study_schema());
  const std::string good = study_with(one_parameter);
  CHECK(validator.accepts(parsed(good)));
  const auto refuses = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return !validator.accepts(parsed(text)) && !faults_in(text).empty();
  };
  CHECK(refuses("method: random", "method: rondom"));
  CHECK(refuses("metric: {name", "metric: {nome"));
  CHECK(refuses("max_trials: 5", "max_trials: 0"));
  CHECK(refuses("max_trials: 5", "max_duration: 5"));
  CHECK(refuses("max_trials: 5", "max_trials: five"));
  CHECK(refuses("{min: 0.0, max: 1.0}", "{min: 0.0, max: 1.0, scale: lin}"));
  CHECK(refuses("{min: 0.0, max: 1.0}", "{distribution: gauss}"));
  CHECK(refuses("{min: 0.0, max: 1.0}", "{expr: 3, min: 1}"));
  CHECK(refuses("command: [/bin/true]", "command: /bin/true"));
  CHECK(refuses("name: a-study", "name: a study"));
  CHECK(refuses("name: a-study", "name: a\nearly_terminate: {type: asha, eta: 0.5}"));
}

TEST_CASE("the schema knows exactly the keys that the reader knows") {
  const json schema = study_schema();
  const json& properties = schema["properties"];
  CHECK(keys_of(properties) ==
        keys_of_reader(study_with(std::string(one_parameter) + "\nqqqqqqqqq: 1")));
  const auto block = [](const std::string& text) {
    std::string study = study_with(std::string(one_parameter));
    if (text.starts_with("limits")) study.replace(study.find("limits: {max_trials: 5}"), 23, text);
    if (text.starts_with("trial"))
      study.replace(study.find("trial: {command: [/bin/true]}"), 29, text);
    if (text.starts_with("selection")) study += text;
    return keys_of_reader(study);
  };
  CHECK(keys_of(properties["limits"]["properties"]) == block("limits: {qqqqqqqqq: 5}"));
  CHECK(keys_of(properties["selection"]["properties"]) == block("selection: {qqqqqqqqq: 5}"));
  CHECK(keys_of(properties["trial"]["properties"]) ==
        block("trial: {command: [/bin/true], qqqqqqqqq: 5}"));
  CHECK(keys_of(properties["metric"]["properties"]) ==
        keys_of_reader("metric: {name: a, qqqqqqqqq: 1}"));
}
