#include "trainer/protocol/settings.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <set>

using namespace winnow::protocol;
using nlohmann::json;

namespace {

json smallest() {
  return {{"task", "text_classification"},
          {"model", "m"},
          {"train_data", "a.jsonl"},
          {"validation_data", "b.csv"}};
}

/// The one fault of the smallest block with `name` set to `value`; empty when there is none.
std::string fault_with(const std::string& name, const json& value) {
  json block = smallest();
  block[name] = value;
  const std::vector<SettingFault> faults = check_settings(block);
  if (faults.empty()) return "";
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].name == name);
  return faults[0].message;
}

}  // namespace

TEST_CASE("the table itself is sound") {
  std::set<std::string> names;
  for (const Setting& setting : settings()) {
    INFO(setting.name);
    CHECK(names.insert(setting.name).second);
    CHECK_FALSE(setting.meaning.empty());
    CHECK(setting.meaning.back() == '.');
    CHECK_FALSE(setting.source.empty());
    CHECK(find_setting(setting.name) == &setting);
    const bool number = setting.kind == SettingKind::integer || setting.kind == SettingKind::real;
    CHECK(setting.low.has_value() == number);
    CHECK(setting.high.has_value() == number);
    CHECK(setting.choices.empty() == (setting.kind != SettingKind::choice));
    CHECK_FALSE(value_fault(setting, setting.default_value).has_value() != setting.required);
    CHECK((!setting.required || setting.default_value.is_null()));
  }
  CHECK(find_setting("no_such") == nullptr);
}

TEST_CASE("the smallest block is accepted and completed") {
  CHECK(check_settings(smallest()).empty());
  const json complete = with_defaults(smallest());
  CHECK(complete.at("learning_rate") == 5e-5);
  CHECK(complete.at("model") == "m");
  CHECK(complete.at("restore_best") == true);
  CHECK_FALSE(complete.contains("max_steps"));
  CHECK_FALSE(complete.contains("seed"));
  CHECK(check_settings(complete).empty());
  CHECK(with_defaults(complete) == complete);
}

TEST_CASE("what is given stands, null counts as not given") {
  json block = smallest();
  block["batch_size"] = 64;
  block["dropout"] = nullptr;
  block["seed"] = nullptr;
  CHECK(check_settings(block).empty());
  const json complete = with_defaults(block);
  CHECK(complete.at("batch_size") == 64);
  CHECK(complete.at("dropout") == 0.1);
  CHECK_FALSE(complete.contains("seed"));
}

TEST_CASE("all faults of a block are found at once") {
  const std::vector<SettingFault> faults =
      check_settings({{"task", "regression"}, {"batchsize", 3}, {"model", nullptr}});
  std::set<std::string> names;
  for (const SettingFault& fault : faults) names.insert(fault.name);
  CHECK(faults.size() == 4);
  CHECK(names == std::set<std::string>{"batchsize", "model", "task", "train_data"});
  CHECK(check_settings(json::array()).size() == 1);
}

TEST_CASE("unknown names come with the nearest known one") {
  CHECK_THAT(fault_with("learning_rat", 0.1), Catch::Contains("did you mean learning_rate?"));
  CHECK_THAT(fault_with("zzz", 1), Catch::Contains("it has task, model, initial_weights"));
}

TEST_CASE("ranges are open and closed as said") {
  CHECK(fault_with("learning_rate", 1).empty());
  CHECK(fault_with("learning_rate", 0.0) == "must be a number above 0 and at most 1, found 0.0");
  CHECK_FALSE(fault_with("learning_rate", std::numeric_limits<double>::quiet_NaN()).empty());
  CHECK_FALSE(fault_with("epochs", std::numeric_limits<double>::infinity()).empty());
  CHECK(fault_with("dropout", 0.0).empty());
  CHECK_FALSE(fault_with("dropout", 1.0).empty());
  CHECK(fault_with("batch_size", 4096).empty());
  CHECK_THAT(fault_with("batch_size", 4097), Catch::Contains("at most 4096, found 4097"));
  CHECK_FALSE(fault_with("batch_size", 0).empty());
  CHECK(fault_with("trainable_layers", 0).empty());
  CHECK_FALSE(fault_with("trainable_layers", -1).empty());
  CHECK_FALSE(fault_with("seed", std::numeric_limits<std::uint64_t>::max()).empty());
}

TEST_CASE("types are not bent") {
  CHECK_THAT(fault_with("batch_size", 16.0), Catch::Contains("a whole number"));
  CHECK_THAT(fault_with("batch_size", "16"), Catch::Contains("found \"16\""));
  CHECK_THAT(fault_with("restore_best", 1), Catch::Contains("true or false"));
  CHECK_THAT(fault_with("learning_rate", true), Catch::Contains("a number"));
  CHECK_THAT(fault_with("model", ""), Catch::Contains("a path"));
  CHECK_THAT(fault_with("text_column", 3), Catch::Contains("text that is not empty"));
}

TEST_CASE("a wrong choice comes with the nearest one") {
  CHECK_THAT(fault_with("optimizer", "adamW"),
             Catch::Contains("radam, lion, lbfgs, found \"adamW\" (did you mean adamw?)"));
  CHECK_THAT(fault_with("schedule", 3), Catch::Contains("one of constant, linear, cosine"));
}
