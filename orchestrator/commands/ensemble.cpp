// winnow ensemble STUDY DIR --select FILE --test FILE: finished trials as one model in one folder,
// held against the best of them.
#include "orchestrator/ensemble/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/ensemble/members.hpp"
#include "orchestrator/ensemble/read_prediction_table.hpp"
#include "orchestrator/export/checksums.hpp"
#include "orchestrator/export/exported_model.hpp"
#include "orchestrator/export/new_folder.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t columns_of_a_pipe = 200;
constexpr std::int64_t usual_members = 10;  // beyond, each costs a model's time for little more

struct Arguments {
  StudyArgument study;
  std::string target;
  std::optional<std::string> selection, test, method;
  std::optional<std::int64_t> members;
  bool fresh = false, finalists = false;
  bool json = false;
};

std::optional<CombinationKind> wanted_kind(const std::optional<std::string>& word) {
  if (!word) return std::nullopt;
  const auto found = std::ranges::find(combination_words, *word);
  if (found == combination_words.end()) {
    throw ConfigError(
        "--method", fmt::format("expected one of {}, found {}", fmt::join(combination_words, ", "),
                                terminal_text(*word)));
  }
  return static_cast<CombinationKind>(found - combination_words.begin());
}

MemberSource source_of(const Arguments& arguments) {
  if (arguments.fresh && arguments.finalists) {
    throw ConfigError("--finalists", "goes without --fresh: it holds the decided setting's trials");
  }
  if (arguments.finalists) return MemberSource::finalists;
  return arguments.fresh ? MemberSource::fresh : MemberSource::best;
}

search::PredictionTable table_of(const store::Store& store, const std::vector<Member>& members,
                                 const NewFolder& folder, const std::string& data,
                                 const std::string& purpose) {
  std::vector<fs::path> files;
  for (const Member& member : members) {
    files.push_back(predictions_of(store, member, folder.draft() / "members" / member.name, data,
                                   folder.work() / (member.name + "-" + purpose + ".jsonl")));
  }
  return read_prediction_table(files);
}

std::string card(const store::Store& store, const std::string& text) {
  return fmt::format(
      "# An ensemble of {}\n\nEvery folder in `members` is a model by itself; members of weight 0 "
      "have none. `ensemble.json` says "
      "how their probabilities become one: by `weight`, a weighted mean; by `stacking`, a "
      "multinomial logistic model whose inputs are, member by member, the probabilities of all "
      "`classes` but the first, after an intercept. `test-predictions.jsonl` is what the ensemble "
      "says of the rows it was tested on.\n\n```text\n{}```\n",
      store.study().name, text);
}

void drop_unused(const Ensemble& ensemble, const std::vector<Member>& members,
                 const NewFolder& folder) {
  for (std::size_t i = 0; i < ensemble.weights.size(); ++i) {
    if (ensemble.weights[i] == 0) fs::remove_all(folder.draft() / "members" / members[i].name);
  }
}

/// By names, which are all that commands' trials have, or as files.
bool is_same_file(const fs::path& one, const fs::path& other) {
  std::error_code missing;
  return one == other || fs::equivalent(one, other, missing);
}

/// Before any model is exported.
void require_rows(const std::string& option, const fs::path& file) {
  std::error_code missing;
  if (fs::is_regular_file(file, missing)) return;
  throw ConfigError(option, fmt::format("expected a file of labelled rows, found none at {}",
                                        terminal_text(file.string())));
}

ExitStatus make_ensemble(const Arguments& arguments) {
  if (!arguments.selection || !arguments.test) {
    throw ConfigError("ensemble",
                      "needs --select and --test: labelled rows to choose the combination by, and "
                      "others to test it on, which no trial was trained on");
  }
  if (is_same_file(*arguments.selection, *arguments.test)) {
    throw ConfigError("--test", "the rows that chose the combination cannot test it");
  }
  const std::int64_t count = arguments.members.value_or(usual_members);
  if (count < 2) throw ConfigError("--members", "an ensemble needs two or more");
  const std::optional<CombinationKind> kind = wanted_kind(arguments.method);
  const store::Store store = arguments.study.open();
  if (is_trainer_study(store)) {
    require_rows("--select", *arguments.selection);
    require_rows("--test", *arguments.test);
  }
  const StudyFolder study = arguments.study.folder();
  const std::vector<Member> members =
      choose_members(store, study, source_of(arguments), static_cast<std::size_t>(count));
  NewFolder folder(arguments.target);
  fs::create_directories(folder.draft() / "members");
  std::vector<std::string> names;
  for (const Member& member : members) {
    write_model(store, member.row, member.checkpoint, folder.draft() / "members" / member.name,
                folder.work());
    names.push_back(member.name);
  }
  const search::PredictionTable selection =
      table_of(store, members, folder, *arguments.selection, "select");
  const search::PredictionTable test = table_of(store, members, folder, *arguments.test, "test");
  const Ensemble ensemble = build_ensemble(selection, test, kind);
  drop_unused(ensemble, members, folder);
  const nlohmann::ordered_json json = as_json(ensemble, names);
  write_for_others(folder.draft() / "ensemble.json", json.dump(2) + "\n");
  write_for_others(folder.draft() / "test-predictions.jsonl",
                   predictions_text(test, ensemble.test_probabilities));
  write_for_others(folder.draft() / "README.md",
                   card(store, as_text(ensemble, names, columns_of_a_pipe)));
  write_checksums(folder.draft());
  verify_checksums(folder.draft());
  folder.publish();
  if (arguments.json) {
    fmt::print("{}", json_line(json));
  } else {
    fmt::print("{}", as_text(ensemble, names, terminal_columns(columns_of_a_pipe)));
    fmt::print("ensemble of {} models exported to {}\n",
               members.size() - static_cast<std::size_t>(std::ranges::count(ensemble.weights, 0.0)),
               terminal_text(arguments.target));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "ensemble", "combine finished trials' models, and test the ensemble against the best of them",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      options.add_required("DIR", arguments->target, "folder to make; it must not exist");
      options.add("--select", arguments->selection,
                  "labelled rows to choose the combination by; of a command's trials the name of "
                  "the predictions in each checkpoint");
      options.add("--test", arguments->test, "other labelled rows, for the test; likewise");
      options.add("--members", arguments->members, "trials at most (default: 10)");
      options.add_flag("--fresh", arguments->fresh,
                       "the decided setting's trials on fresh seeds instead of the best settings");
      options.add_flag("--finalists", arguments->finalists,
                       "trials on fresh seeds of every finalist that stayed in the race");
      options.add("--method", arguments->method,
                  "average, weighted, greedy or stacking (default: the best in cross-validation)");
      options.add_flag("--json", arguments->json, "one JSON object");
      return [arguments] { return make_ensemble(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
