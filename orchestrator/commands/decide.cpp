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
#include "orchestrator/decision/verification.hpp"
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

/// {"version":1,"verified":false,"differing":[{"field":"decision.p","record":0.1,"rows":0.2}]}
nlohmann::ordered_json verification_json(const std::vector<Discrepancy>& found) {
  using Json = nlohmann::ordered_json;
  Json json = Json::object();
  json["version"] = 1;
  json["verified"] = found.empty();
  json["differing"] = Json::array();
  for (const Discrepancy& one : found) {
    json["differing"].push_back({{"field", one.place}, {"record", one.has}, {"rows", one.give}});
  }
  return json;
}

ExitStatus verify(const Arguments& arguments, const store::Store& store,
                  const store::DecisionRow& decision) {
  const store::StudyRow study = store.study();
  const StudyConfig config =
      parse_stored_study(study.spec, study.config_path, arguments.study.folder().database());
  const std::vector<Discrepancy> found = discrepancies(config.spec, store, decision);
  const ExitStatus status = found.empty() ? ExitStatus::ok : ExitStatus::store;
  if (arguments.json) {
    fmt::print("{}", json_line(verification_json(found)));
    return status;
  }
  if (found.empty()) fmt::print("every number of the decision follows from the store\n");
  for (const Discrepancy& one : found) {
    fmt::print(stderr, "winnow: error: {}: the record has {}, the rows give {}\n",
               terminal_text(one.place), one.has.dump(), one.give.dump());
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
  if (arguments.verify) return verify(arguments, store, *decision);
  const auto record = nlohmann::ordered_json::parse(decision->record);
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
