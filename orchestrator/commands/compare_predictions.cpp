// winnow compare-predictions A B: do two models differ on the same rows, by more than chance?
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/decision/prediction_pairs.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  std::string first, second;
  bool json = false;
};

ExitStatus compare(const Arguments& arguments) {
  const PredictionComparison comparison = compare_predictions(arguments.first, arguments.second);
  const nlohmann::ordered_json json = as_json(comparison);
  if (arguments.json) {
    fmt::print("{}", json_line(json));
    return ExitStatus::ok;
  }
  fmt::print("A  {}: {:.4f} of {} rows correct\n", terminal_text(arguments.first),
             json["accuracy_a"].get<double>(), comparison.rows);
  fmt::print("B  {}: {:.4f} of {} rows correct\n", terminal_text(arguments.second),
             json["accuracy_b"].get<double>(), comparison.rows);
  fmt::print("rows that only A got right: {}; only B: {}\n", comparison.discordant.only_first,
             comparison.discordant.only_second);
  fmt::print("McNemar's exact test, two-sided: p = {:.4g}\n", comparison.test.exact_p);
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "compare-predictions", "compare two models' predictions on the same rows",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("A", arguments->first, "predictions, a JSON object per line");
      options.add_required("B", arguments->second, "the other model's, on the same rows");
      options.add_flag("--json", arguments->json, "one JSON object");
      return [arguments] { return compare(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
