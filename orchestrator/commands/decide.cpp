// winnow decide STUDY: the decision record, with the evidence for the chosen trial; --verify works
// it out again from the rows of the store and compares.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/decision/chosen_trial.hpp"
#include "orchestrator/decision/claim.hpp"
#include "orchestrator/decision/decision.hpp"
#include "orchestrator/report/colour.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

constexpr std::size_t columns_of_a_pipe = 200;

struct Arguments {
  StudyArgument study;
  bool json = false;
  bool verify = false;
};

Colour colour_of(const nlohmann::ordered_json& record) {
  const auto verdict = record.at("verdict").get<std::string>();
  const bool is_proven =
      verdict == to_text(VerdictWord::improved) || verdict == to_text(VerdictWord::equivalent);
  return is_proven ? Colour::good : Colour::doubtful;
}

/// Names of the fields in which the two differ; the order of fields does not matter.
std::vector<std::string> differing_fields(const nlohmann::ordered_json& stored,
                                          const nlohmann::ordered_json& computed) {
  std::vector<std::string> names;
  for (const auto& [name, value] : computed.items()) {
    if (!stored.contains(name) || stored.at(name) != value) names.push_back(name);
  }
  for (const auto& [name, value] : stored.items()) {
    if (!computed.contains(name)) names.push_back(name);
  }
  return names;
}

/// {"version":1,"verified":false,"differing":[{"field":"p","record":0.1,"rows":0.2}]}
nlohmann::ordered_json verification_json(const std::vector<std::string>& names,
                                         const nlohmann::ordered_json& stored,
                                         const nlohmann::ordered_json& computed) {
  using Json = nlohmann::ordered_json;
  Json json = Json::object();
  json["version"] = 1;
  json["verified"] = names.empty();
  json["differing"] = Json::array();
  for (const std::string& name : names) {
    Json form = Json::object();
    form["field"] = name;
    form["record"] = stored.value(name, Json());
    form["rows"] = computed.value(name, Json());
    json["differing"].push_back(std::move(form));
  }
  return json;
}

ExitStatus verify(const store::Store& store, const nlohmann::ordered_json& stored, bool as_json) {
  const store::StudyRow study = store.study();
  const StudyConfig config = parse_study(study.spec, study.config_path);
  const Decision computed = decide(config.spec, store.trials());
  const auto names =
      differing_fields(stored, nlohmann::ordered_json::parse(computed.record.dump()));
  const ExitStatus status = names.empty() ? ExitStatus::ok : ExitStatus::store;
  if (as_json) {
    fmt::print("{}", json_line(verification_json(names, stored, computed.record)));
    return status;
  }
  if (names.empty()) fmt::print("every number of the decision follows from the store\n");
  for (const std::string& name : names) {
    fmt::print(stderr, "winnow: error: decision.{}: the record has {}, the rows give {}\n",
               terminal_text(name), stored.value(name, nlohmann::ordered_json()).dump(),
               computed.record.value(name, nlohmann::ordered_json()).dump());
  }
  return status;
}

ExitStatus show_decision(const Arguments& arguments) {
  const store::Store store = arguments.study.open();
  const std::optional<store::DecisionRow> decision = newest_decision(store);
  if (!decision) {
    fmt::print(stderr, "winnow: nothing is decided yet; the study is not over\n");
    return ExitStatus::study_failed;
  }
  const auto record = nlohmann::ordered_json::parse(decision->record);
  if (arguments.verify) return verify(store, record, arguments.json);
  if (arguments.json) {
    fmt::print("{}", json_line(record));
  } else {
    const std::string text = decision_text(record, terminal_columns(columns_of_a_pipe));
    const std::size_t end = text.find('\n');  // of the line with the verdict
    fmt::print("{}{}", painted(text.substr(0, end), colour_of(record), stdout), text.substr(end));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "decide", "show what is proven of the chosen trial",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add_flag("--json", arguments->json, "one JSON object");
      options.add_flag("--verify", arguments->verify, "work the record out again and compare");
      return [arguments] { return show_decision(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
