#include "orchestrator/config/study_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/read_parameters.hpp"
#include "orchestrator/config/read_trial.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/config/yaml.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/registry.hpp"

namespace winnow::run {
namespace {

std::vector<Fault> faults_of(const std::vector<Diagnostic>& diagnostics,
                             const std::filesystem::path& file, std::string_view text) {
  std::vector<Fault> faults;
  for (const Diagnostic& diagnostic : diagnostics) {
    faults.push_back({place_of(diagnostic, file.string()), message_with_source(diagnostic, text)});
  }
  return faults;
}

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
    read_program(space);
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
    config_.program = std::move(program);
  }

  void refuse_what_comes_later() {
    reader_.not_supported("command", "write it under `trial:`");
    reader_.not_supported("program", "write it as `trial: {command: [program, \"${args}\"]}`");
    reader_.not_supported("executor", "trials run on this machine");
    reader_.not_supported("selection");
    reader_.not_supported("repeat");
    for (const char* key : {"early_terminate", "constraints", "checkpoints", "scheduler",
                            "controller", "project", "entity"}) {
      reader_.not_supported(key);
    }
  }

  // The method has the last word on its options, the space and the objectives. Needs: no errors so
  // far.
  void check_method() {
    StudySpec& spec = config_.spec;
    search::Setup setup;
    setup.space = spec.space;
    setup.objectives = spec.objectives;
    setup.seed = spec.seed;
    setup.max_trials = spec.limits.max_trials;
    try {
      search::make_searcher(spec.method, spec.method_options, std::move(setup));
      complete_method_options();
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
        spec.space.cardinality()) {
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

  // With the defaults written down, a later version with other defaults continues the same study.
  void complete_method_options() {
    const search::SearcherEntry* entry = search::find_searcher(config_.spec.method);
    for (const search::OptionSpec& option : entry->options) {
      const auto [place, is_new] =
          config_.spec.method_options.emplace(option.name, option.default_value);
      if (!is_new) place->second = adapted(option.domain, place->second);
    }
  }

  // More trials at once than any machine runs.
  static constexpr std::int64_t most_concurrent = 10'000;

  const Node& root_;
  MappingReader reader_;
  Diagnostics& diagnostics_;
  StudyConfig config_;
  std::vector<const Node*> metric_names_;
};

StudyReading read_text_of_study(std::string_view text, const std::filesystem::path& file,
                                const YamlLimits& limits) {
  Diagnostics diagnostics;
  StudyReading reading;
  if (const std::optional<Node> root = parse_yaml(text, limits, diagnostics)) {
    const std::filesystem::path absolute = std::filesystem::absolute(file).lexically_normal();
    reading.config = StudyReader(*root, absolute, diagnostics).read();
    reading.config.text = text;
  }
  if (diagnostics.has_errors()) throw StudyFileError(diagnostics.errors(), file, text);
  reading.warnings = diagnostics.warnings();
  return reading;
}

[[noreturn]] void cannot_read(const std::filesystem::path& file, const std::string& why) {
  throw StudyFileError({{.at = {}, .code = "unreadable", .message = "cannot read it: " + why}},
                       file, "");
}

std::string contents_of(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    cannot_read(file, error ? error.message() : "no such file");
  }
  // A pipe would make us wait, a device may never end.
  if (!std::filesystem::is_regular_file(status)) cannot_read(file, "not a regular file");
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (!error && size > user_file_limits.bytes) {
    cannot_read(file, fmt::format("it has {} bytes; a study file has at most {}", size,
                                  user_file_limits.bytes));
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream && size > 0) text << stream.rdbuf();
  if (!stream) cannot_read(file, std::generic_category().message(errno));
  return text.str();
}

}  // namespace

StudyFileError::StudyFileError(std::vector<Diagnostic> diagnostics,
                               const std::filesystem::path& file, std::string_view text)
    : ConfigError(faults_of(diagnostics, file, text)), diagnostics_(std::move(diagnostics)) {}

StudyReading read_study_with_warnings(const std::filesystem::path& file) {
  return read_text_of_study(contents_of(file), file, user_file_limits);
}

StudyConfig read_study_file(const std::filesystem::path& file) {
  return read_study_with_warnings(file).config;
}

StudyConfig parse_study(std::string_view text, const std::filesystem::path& file) {
  return read_text_of_study(text, file, normalised_limits).config;
}

}  // namespace winnow::run
