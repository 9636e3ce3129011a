#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "orchestrator/config/command_line.hpp"
#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/read_early_termination.hpp"
#include "orchestrator/config/read_parameters.hpp"
#include "orchestrator/config/read_selection.hpp"
#include "orchestrator/config/read_study.hpp"
#include "orchestrator/config/read_trial.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/report/terminal_text.hpp"
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
    read_objectives();
    read_limits();  // before determinism, whose lag may be max_concurrent
    read_determinism();
    const Node* parameters = reader_.require("parameters");
    std::optional<SearchSpace> space;
    if (parameters != nullptr) space = read_parameters(root_, *parameters, diagnostics_);
    const Node* points = reader_.take("points");
    if (space && points != nullptr) {
      config_.spec.points = run::read_points(*points, *space, diagnostics_);
    }
    reader_.take("early_terminate");
    config_.spec.early_termination =
        read_early_termination(root_, config_.spec.objectives, diagnostics_);
    const Node* selection = reader_.take("selection");
    if (space && selection != nullptr) {
      config_.spec.selection = run::read_selection(*selection, config_.spec, *space, diagnostics_);
    }
    if (space) check_variables(*space);
    read_program(space);
    if (selection != nullptr) check_folds(*selection);
    refuse_what_comes_later();
    reader_.finish();
    if (space) config_.spec.space = std::move(*space);
    if (diagnostics_.has_errors()) {
      check_method_name();
    } else {
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
    if (const Node* name = reader_.require("name")) {
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
    if (const Node* method = reader_.require("method")) {
      config_.spec.method = read_text(*method, "method", diagnostics_).value_or("");
    }
    if (const Node* options = reader_.take("method_options")) read_method_options(*options);
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

  void read_method_options(const Node& node) {
    MappingReader options(node, "method_options", diagnostics_);
    for (const Entry& entry : node.entries) {
      const auto value = read_value(entry.value, "method_options." + entry.key, diagnostics_);
      if (value) config_.spec.method_options[entry.key] = *value;
    }
  }

  void read_objectives() {
    const Node* one = reader_.take("metric");
    const Node* several = reader_.take("metrics");
    if ((one == nullptr) == (several == nullptr)) {
      diagnostics_.error(one != nullptr ? reader_.at("metrics") : root_.at, "missing-key",
                         "a study needs either `metric` or `metrics`");
    }
    if (one != nullptr) read_objective(*one);
    if (several == nullptr) return;
    if (several->kind != Node::Kind::sequence || several->items.empty()) {
      diagnostics_.error(several->at, "wrong-type", "metrics needs a list [{name: …, goal: …}, …]");
    }
    for (const Node& item : several->items) read_objective(item);
  }

  void read_objective(const Node& node) {
    MappingReader reader(node, "metric", diagnostics_);
    Objective objective;
    if (const Node* name = reader.require("name")) {
      objective.metric = read_text(*name, "metric.name", diagnostics_).value_or("");
      const bool again = std::ranges::any_of(config_.spec.objectives, [&](const Objective& other) {
        return other.metric == objective.metric;
      });
      if (again) diagnostics_.error(name->at, "metric", "the metric is listed twice");
      metric_names_.push_back(name);
    }
    if (const Node* goal = reader.take("goal")) {
      const auto word = read_word(*goal, "metric.goal", {"minimize", "maximize"}, diagnostics_);
      objective.direction = static_cast<Direction>(word.value_or(0));
    }
    if (const Node* aggregate = reader.take("aggregate")) {
      const auto word =
          read_word(*aggregate, "metric.aggregate", {"last", "best", "mean"}, diagnostics_);
      objective.aggregate = static_cast<Aggregate>(word.value_or(0));
    }
    if (const Node* target = reader.take("target")) {
      objective.target = read_real(*target, "metric.target", diagnostics_);
      if (!config_.spec.objectives.empty()) {
        diagnostics_.error(target->at, "metric",
                           "only the first of several metrics may have a target that ends the "
                           "study");
      }
    }
    for (const char* key : {"constraint", "impute", "impute_while_running"})
      reader.not_supported(key);
    reader.finish();
    config_.spec.objectives.push_back(std::move(objective));
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

  void read_limits() {
    const Node* alias = reader_.take("run_cap");
    const Node* node = reader_.take("limits");
    Limits& limits = config_.spec.limits;
    if (alias != nullptr) limits.max_trials = read_integer(*alias, "run_cap", diagnostics_, 1);
    if (node == nullptr) return;
    MappingReader reader(*node, "limits", diagnostics_);
    if (const Node* trials = reader.take("max_trials")) {
      limits.max_trials = read_integer(*trials, "limits.max_trials", diagnostics_, 1);
      if (alias != nullptr) {
        diagnostics_.error(reader_.at("run_cap"), "duplicate-key",
                           "run_cap and limits.max_trials are the same; keep one");
      }
    }
    if (const Node* slots = reader.take("max_concurrent")) {
      const auto count =
          read_integer(*slots, "limits.max_concurrent", diagnostics_, 1, most_concurrent);
      limits.max_concurrent = static_cast<int>(count.value_or(1));
    }
    limits.max_duration_s = positive_duration(reader, "max_duration");
    limits.trial_timeout_s = positive_duration(reader, "trial_timeout");
    if (const Node* hours = reader.take("max_gpu_hours")) {
      limits.max_gpu_hours = read_real(*hours, "limits.max_gpu_hours", diagnostics_);
      if (limits.max_gpu_hours && *limits.max_gpu_hours <= 0) {
        diagnostics_.error(hours->at, "range", "limits.max_gpu_hours needs a number above 0");
      }
    }
    if (const Node* failed = reader.take("max_failed")) {
      limits.max_failed = read_integer(*failed, "limits.max_failed", diagnostics_, 0);
    }
    if (const Node* failed = reader.take("max_initial_failures")) {
      const auto count = read_integer(*failed, "limits.max_initial_failures", diagnostics_, 1);
      limits.max_initial_failures = count.value_or(1);
    }
    reader.finish();
  }

  std::optional<double> positive_duration(MappingReader& reader, std::string_view key) {
    const Node* node = reader.take(key);
    if (node == nullptr) return std::nullopt;
    const std::string what = fmt::format("limits.{}", key);
    const auto seconds = read_duration_s(*node, what, diagnostics_);
    if (seconds && *seconds <= 0) {
      diagnostics_.error(node->at, "range", what + " needs a duration above 0");
    }
    return seconds;
  }

  // A trial finds its parameters in the environment as well: one must not hide another.
  void check_variables(const SearchSpace& space) {
    std::map<std::string, std::string> names;
    for (const Parameter& parameter : space.parameters()) {
      const std::string variable = parameter_variable(parameter.name);
      const auto [other, is_new] = names.emplace(variable, parameter.name);
      if (is_new) continue;
      diagnostics_.error(resolve_path(root_, "parameters." + parameter.name).at, "parameter",
                         fmt::format("{} and {} would be the same environment variable, {}; "
                                     "rename one",
                                     other->second, parameter.name, variable));
    }
  }

  void read_program(const std::optional<SearchSpace>& space) {
    const Node* trial = reader_.take("trial");
    const Node* trainer = reader_.take("trainer");
    TrialBlock block;
    if (trial != nullptr) block = read_trial(*trial, config_.folder(), diagnostics_);
    config_.trial = block.policy;
    if ((trainer != nullptr) == block.has_command) {
      diagnostics_.error(trainer != nullptr ? reader_.at("trainer") : root_.at, "program",
                         "a study needs exactly one of `trainer:` and `trial: {command: […]}`");
    }
    if (block.command) config_.program = std::move(*block.command);
    if (trainer == nullptr) return;
    TrainerProgram program = run::read_trainer(*trainer, config_.folder(), diagnostics_);
    if (space) check_trainer_study(root_, program, *space, config_.folder(), diagnostics_);
    for (const Node* name : metric_names_) check_trainer_objective(*name, diagnostics_);
    keep_best_by_objective(program, space);
    config_.program = std::move(program);
  }

  // A trainer that trained on all of its data under every fold would be proof of nothing.
  void check_folds(const Node& selection) {
    const bool has_folds = config_.spec.selection && config_.spec.selection->folds;
    if (!has_folds || !std::holds_alternative<TrainerProgram>(config_.program)) return;
    diagnostics_.error(selection.find("folds")->at, "selection",
                       "the embedded trainer does not divide its data; fresh seeds without folds "
                       "prove the same, or a `trial: {command: […]}` that reads WINNOW_FOLD");
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
    reader_.not_supported("command", "write it under `trial:`");
    reader_.not_supported("program", "write it as `trial: {command: [program, \"${args}\"]}`");
    reader_.not_supported("executor", "trials run on this machine");
    reader_.not_supported("repeat", "write it as `selection: {seeds: N}`");
    for (const char* key :
         {"constraints", "checkpoints", "scheduler", "controller", "project", "entity"}) {
      reader_.not_supported(key);
    }
  }

  // The method has the last word on its options, the space and the objectives. Needs: no errors so
  // far.
  void check_method() {
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

  void check_method_name() {
    const Node* method = root_.find("method");
    if (config_.spec.method.empty() || search::find_searcher(config_.spec.method) != nullptr)
      return;
    std::vector<std::string> names;
    for (const search::SearcherEntry* entry : search::searchers()) names.push_back(entry->name);
    read_word(*method, "method", names, diagnostics_);
  }

  // More trials at once than any machine runs.
  static constexpr std::int64_t most_concurrent = 10'000;

  const Node& root_;
  MappingReader reader_;
  Diagnostics& diagnostics_;
  StudyConfig config_;
  std::vector<const Node*> metric_names_;
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
  setup.user_points = std::ssize(spec.points);
  return setup;
}

std::unique_ptr<search::Searcher> make_searcher(const StudySpec& spec) {
  return search::make_searcher(spec.method, spec.method_options, search_setup(spec));
}

}  // namespace winnow::run
