#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "orchestrator/config/command_line.hpp"
#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/read_checkpoints.hpp"
#include "orchestrator/config/read_early_termination.hpp"
#include "orchestrator/config/read_executor.hpp"
#include "orchestrator/config/read_limits.hpp"
#include "orchestrator/config/read_method.hpp"
#include "orchestrator/config/read_objectives.hpp"
#include "orchestrator/config/read_parameters.hpp"
#include "orchestrator/config/read_rules.hpp"
#include "orchestrator/config/read_selection.hpp"
#include "orchestrator/config/read_study.hpp"
#include "orchestrator/config/read_trial.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/feasible/feasible_search.hpp"
#include "searchers/registry.hpp"

namespace winnow::run {
namespace {

// The name becomes a folder: nothing that could lead out of its place, or look like an option.
bool is_study_name(std::string_view name) {
  constexpr std::size_t longest_name = 100;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= longest_name && is_plain(name[0]) &&
         std::ranges::all_of(
             name, [&](char c) { return is_plain(c) || c == '.' || c == '_' || c == '-'; });
}

/// `root`, with what stands under a misspelt key under its right one too: by that faults are
/// placed.
Node with_key(const Node& root, const std::string& key, const Node& value) {
  Node named = root;
  if (root.find(key) == nullptr) named.entries.push_back({key, value.at, value});
  return named;
}

bool is_item(const Node& list, std::string_view text) {
  return std::ranges::any_of(list.items, [&](const Node& item) { return item.text == text; });
}

// The whole file, block by block. What is wrong is in the diagnostics afterwards.
class StudyReader {
 public:
  StudyReader(const Node& root, const std::filesystem::path& file, Diagnostics& diagnostics)
      : root_(root), reader_(root, "the study", diagnostics), diagnostics_(diagnostics) {
    config_.file = file;
  }

  StudyConfig read() {
    if (!reader_.is_mapping()) return std::move(config_);
    read_head();
    ObjectivesBlock objectives = run::read_objectives(reader_, root_, diagnostics_);
    config_.spec.objectives = std::move(objectives.objectives);
    config_.spec.outcome_constraints = std::move(objectives.outcome_constraints);
    reported_ = std::move(objectives.reported);
    // Before determinism, whose lag may be max_concurrent.
    config_.spec.limits = run::read_limits(reader_, diagnostics_);
    if (const Node* planned = reader_.take("planned_trials")) {
      config_.spec.planned_trials = read_integer(*planned, "planned_trials", diagnostics_, 0);
    }
    read_determinism();
    const Node* parameters = reader_.require("parameters");
    std::optional<SearchSpace> space;
    if (parameters != nullptr) {
      space =
          read_parameters(with_key(root_, "parameters", *parameters), *parameters, diagnostics_);
    }
    const Node* constraints = reader_.take("constraints");
    std::optional<Rules> rules;
    if (parameters != nullptr) {
      rules = run::read_rules(*parameters, constraints, space, diagnostics_);
    }
    if (rules) config_.spec.rules = *rules;
    const Node* points = reader_.take("points");
    if (parameters != nullptr && points != nullptr) {
      config_.spec.points = run::read_points(*points, *parameters, space, rules, diagnostics_);
    }
    if (const Node* prior = reader_.take("prior_studies")) {
      config_.spec.prior_studies = run::read_prior_studies(*prior, diagnostics_);
    }
    reader_.take("early_terminate");
    config_.spec.early_termination =
        read_early_termination(root_, config_.spec.objectives, diagnostics_);
    const Node* selection = reader_.take("selection");
    if (selection != nullptr) {
      config_.spec.selection = run::read_selection(*selection, config_.spec, space, diagnostics_);
      check_baseline(*selection);
    }
    if (space) check_variables(*space);
    read_program(space);
    config_.checkpoints = read_checkpoints(reader_, diagnostics_);
    if (selection != nullptr) check_folds(*selection);
    refuse_what_comes_later();
    reader_.finish();
    if (space) config_.spec.space = std::move(*space);
    const bool is_sound = !diagnostics_.has_errors();
    if (method_ != nullptr) check_method_words(*method_, root_, config_.spec, diagnostics_);
    if (is_sound) {
      check_method();
      warn_of_no_end();
    }
    return std::move(config_);
  }

 private:
  void read_head() {
    if (const Node* version = reader_.take("version")) {
      read_integer(*version, "version", diagnostics_, 1, 1);
    }
    const std::string file_name = config_.file.stem().string();
    const Node* name = reader_.take("name");
    // Sweep files of W&B mostly have none.
    if (name == nullptr && is_study_name(file_name)) config_.spec.name = file_name;
    if (name == nullptr && config_.spec.name.empty()) reader_.require("name");
    if (name != nullptr) {
      config_.spec.name = read_text(*name, "name", diagnostics_).value_or("");
      if (!config_.spec.name.empty() && !is_study_name(config_.spec.name)) {
        diagnostics_.error(
            name->at, "name",
            fmt::format("name needs a letter or digit, then letters, digits, . _ or -, "
                        "100 at most; found {}",
                        describe_node(*name)));
      }
    }
    if (const Node* description = reader_.take("description")) {
      config_.spec.description = description->text;
      if (description->kind != Node::Kind::scalar) {
        read_text(*description, "description", diagnostics_);
      }
    }
    if (const Node* seed = reader_.take("seed")) read_seed(*seed);
    method_ = reader_.require("method");
    if (method_ != nullptr) {
      config_.spec.method = read_text(*method_, "method", diagnostics_).value_or("");
    }
    if (const Node* options = reader_.take("method_options")) {
      config_.spec.method_options = run::read_method_options(*options, diagnostics_);
    }
  }

  // All 64 bits: beyond what other integers of a study file may be.
  void read_seed(const Node& node) {
    const char* end = node.text.data() + node.text.size();
    const auto [stop, error] = std::from_chars(node.text.data(), end, config_.spec.seed);
    if (!node.plain || node.kind != Node::Kind::scalar || error != std::errc{} || stop != end) {
      diagnostics_.error(
          node.at, "range",
          fmt::format("seed needs an integer from 0 to 2^64 - 1, found {}", describe_node(node)));
    }
  }

  void read_determinism() {
    const Node* node = reader_.take("determinism");
    if (node == nullptr) return;
    std::optional<std::size_t> mode;
    std::int64_t lag = config_.spec.limits.max_concurrent;
    const std::vector<std::string> modes = {"free", "strict"};
    if (node->kind == Node::Kind::scalar) {
      mode = read_word(*node, "determinism", modes, diagnostics_);
    } else {
      MappingReader reader(*node, "determinism", diagnostics_);
      const Node* word = reader.require("mode");
      if (word != nullptr) mode = read_word(*word, "determinism.mode", modes, diagnostics_);
      if (const Node* given = reader.take("lag")) {
        lag = read_integer(*given, "determinism.lag", diagnostics_, 1, most_concurrent).value_or(1);
        if (mode == 0) diagnostics_.error(given->at, "determinism", "lag belongs to mode: strict");
      }
      reader.finish();
    }
    if (mode == 1) config_.spec.determinism.lag = static_cast<int>(lag);
  }

  // A trial finds its parameters in the environment as well: one must not hide another.
  void check_variables(const SearchSpace& space) {
    std::map<std::string, std::string> names;
    std::vector<std::string> all;
    for (const Parameter& parameter : space.parameters()) all.push_back(parameter.name);
    for (const DerivedValue& value : config_.spec.rules.derived) all.push_back(value.name);
    for (const std::string& parameter : all) {
      const std::string variable = parameter_variable(parameter);
      const auto [other, is_new] = names.emplace(variable, parameter);
      if (is_new) continue;
      diagnostics_.error(resolve_path(root_, "parameters." + parameter).at, "parameter",
                         fmt::format("{} and {} would be the same environment variable, {}; "
                                     "rename one",
                                     other->second, parameter, variable));
    }
  }

  void read_program(const std::optional<SearchSpace>& space) {
    const Node* trial = reader_.take("trial");
    const Node* trainer = reader_.take("trainer");
    TrialBlock block;
    const Node* script = reader_.take("program");
    std::optional<std::string> script_name;
    if (script != nullptr) script_name = script->text;
    if (trial != nullptr) block = read_trial(*trial, script_name, config_.folder(), diagnostics_);
    config_.trial = block.policy;
    read_top_command(script, script_name, block);
    if ((trainer != nullptr) == block.has_command) {
      diagnostics_.error(trainer != nullptr ? reader_.at("trainer") : root_.at, "program",
                         "a study needs exactly one of `trainer:` and `trial: {command: […]}`");
    }
    if (block.command) config_.program = std::move(*block.command);
    if (trainer == nullptr) return;
    TrainerProgram program = run::read_trainer(*trainer, config_.folder(), diagnostics_);
    if (space) check_trainer_study(root_, program, *space, config_.folder(), diagnostics_);
    for (const auto& [metric, at] : reported_) {
      check_reported_metric(metric, at, program, diagnostics_);
    }
    keep_best_by_objective(program, space);
    config_.program = std::move(program);
  }

  // The selection's folds are laid over the trainer's settings: two divisions would be one.
  void check_folds(const Node& selection) {
    const bool has_folds = config_.spec.selection && config_.spec.selection->folds;
    const auto* trainer = std::get_if<TrainerProgram>(&config_.program);
    if (!has_folds || trainer == nullptr || !trainer->settings.contains("folds")) return;
    diagnostics_.error(selection.find("folds")->at, "selection",
                       "the trainer's block has folds of its own; leave them out: fresh trials "
                       "get those of the selection");
  }

  // `command` and `program` at the top, as in the sweep files of W&B.
  void read_top_command(const Node* program, const std::optional<std::string>& name,
                        TrialBlock& block) {
    const Node* command = reader_.take("command");
    const Node* trial = root_.find("trial");
    const Node* list = command == nullptr && trial != nullptr ? trial->find("command") : command;
    if (program != nullptr && list != nullptr && !is_item(*list, "${program}")) {
      diagnostics_.error(reader_.at("program"), "program",
                         "the command does not run `program`; write ${program} in it, or leave one "
                         "of the two out");
    }
    if (command != nullptr && block.has_command) {
      diagnostics_.error(reader_.at("command"), "program",
                         "command and trial.command are the same; keep one");
    } else if (command != nullptr) {
      block.has_command = true;
      block.command = read_command(*command, name, config_.folder(), diagnostics_);
    } else if (program != nullptr && !block.has_command) {
      block.has_command = true;
      block.command = run::read_program(*program, config_.folder(), diagnostics_);
    }
  }

  void check_baseline(const Node& selection) {
    const auto& spec = config_.spec;
    if (!spec.selection || !spec.selection->baseline) return;
    const auto broken = broken_rule(spec.rules, *spec.selection->baseline);
    if (!broken) return;
    diagnostics_.error(selection.at, "point",
                       fmt::format("the baseline is not allowed: {}; give another one, or `none`",
                                   terminal_text(*broken)));
  }

  // The checkpoint that a trial keeps as its best is the one whose value the study compares.
  void keep_best_by_objective(TrainerProgram& program, const std::optional<SearchSpace>& space) {
    constexpr const char* setting = "early_stopping_metric";
    const bool is_given = program.settings.contains(setting) || (space && space->find(setting));
    if (is_given || config_.spec.objectives.empty()) return;
    const std::string& metric = config_.spec.objectives.front().metric;
    if (metric.starts_with("eval_")) program.settings[setting] = metric;
  }

  void refuse_what_comes_later() {
    reader_.not_supported("repeat", "write it as `selection: {seeds: N}`");
    reader_.not_supported("scheduler", "it would run Python code of the file's");
    read_executor(reader_, diagnostics_);
    if (const Node* controller = reader_.take("controller")) {
      MappingReader reader(*controller, "controller", diagnostics_);
      if (const Node* type = reader.require("type")) {
        read_word(*type, "controller.type", {"local"}, diagnostics_);
      }
      reader.finish();
    }
    for (const char* label : {"project", "entity"}) {
      if (reader_.take(label) == nullptr) continue;
      diagnostics_.warning(reader_.at(label), "label",
                           fmt::format("`{}` is a label of W&B and means nothing here", label));
    }
  }

  // Before a search begins that could only end in an error, or in hours of rejection.
  void check_rules() {
    const StudySpec& spec = config_.spec;
    if (spec.rules.empty()) return;
    const search::FeasibleShare share =
        search::FeasiblePoints(spec.space, spec.rules).share(spec.seed);
    const Node* constraints = root_.find("constraints");
    const Position at = constraints != nullptr ? constraints->at : reader_.at("parameters");
    if (share.allowed == 0) {
      diagnostics_.error(
          at, "constraints",
          fmt::format("no point of {}{} is allowed; mostly, {}", share.looked_at,
                      share.is_exact ? "" : " tried", terminal_text(share.broken_mostly)));
    } else if (share.allowed * rare_share < share.looked_at) {
      diagnostics_.warning(at, "constraints",
                           fmt::format("{} of {} points are allowed; proposals are found by "
                                       "rejection, so narrow the ranges to what can be",
                                       share.allowed, share.looked_at));
    }
  }

  // The method has the last word on its options, the space and the objectives. Needs: no errors so
  // far.
  void check_method() {
    check_rules();
    if (diagnostics_.has_errors()) return;
    try {
      const auto searcher = make_searcher(config_.spec);
      has_end_ = searcher->total() || config_.spec.space.cardinality();
      complete_options(search::find_searcher(config_.spec.method)->options,
                       config_.spec.method_options);
    } catch (const ConfigError& error) {
      report_faults(error, root_, "method", diagnostics_);
    }
  }

  void warn_of_no_end() {
    const StudySpec& spec = config_.spec;
    const Limits& limits = spec.limits;
    const bool has_target = std::ranges::any_of(
        spec.objectives, [](const Objective& objective) { return objective.target.has_value(); });
    if (limits.max_trials || limits.max_duration_s || limits.max_gpu_hours || has_target ||
        has_end_) {
      return;
    }
    diagnostics_.warning(reader_.at("limits"), "no-end",
                         "nothing ends this study; limits.max_trials or max_duration would");
  }

  // One allowed point in so many is rare: more draws than a model-based method is asked for.
  static constexpr std::uint64_t rare_share = 30;

  const Node& root_;
  MappingReader reader_;
  Diagnostics& diagnostics_;
  StudyConfig config_;
  const Node* method_ = nullptr;  // also under a misspelt key
  std::vector<NamedMetric> reported_;
  bool has_end_ = false;  // the method runs out of points
};

}  // namespace

StudyConfig read_study(const Node& root, const std::filesystem::path& file,
                       Diagnostics& diagnostics) {
  return StudyReader(root, file, diagnostics).read();
}

search::Setup search_setup(const StudySpec& spec) {
  search::Setup setup;
  setup.space = spec.space;
  setup.objectives = spec.objectives;
  setup.seed = spec.seed;
  setup.max_trials = spec.limits.max_trials;
  if (spec.planned_trials) {
    setup.max_trials.reset();
    if (*spec.planned_trials > 0) setup.max_trials = spec.planned_trials;
  }
  // Numbers and budget begin with what is known, as with points of the user's.
  if (setup.max_trials) *setup.max_trials += spec.known_trials;
  setup.user_points = spec.known_trials + std::ssize(spec.points);
  setup.prior_studies = spec.prior_studies;
  setup.is_timeless = spec.determinism.is_strict();
  return setup;
}

std::unique_ptr<search::Searcher> make_searcher(const StudySpec& spec) {
  auto method = search::make_searcher(spec.method, spec.method_options, search_setup(spec));
  if (spec.rules.empty()) return method;
  return std::make_unique<search::FeasibleSearch>(std::move(method), spec.space, spec.rules,
                                                  spec.seed);
}

}  // namespace winnow::run
