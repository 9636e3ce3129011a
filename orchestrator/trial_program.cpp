#include "orchestrator/trial_program.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "orchestrator/config/command_line.hpp"
#include "orchestrator/process/keeper.hpp"
#include "orchestrator/program_path.hpp"
#include "orchestrator/trainer_binary.hpp"
#include "searchers/problem/error.hpp"
#include "storage/rows.hpp"
#include "trainer/protocol/settings.hpp"

namespace winnow::run {
namespace {

/// NAME=VALUE entries by name; a later one replaces an earlier one.
class Environment {
 public:
  explicit Environment(const std::vector<std::string>& entries) {
    for (const std::string& entry : entries) {
      const std::size_t equals = entry.find('=');
      if (equals != std::string::npos) set(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }
  bool has(const std::string& name) const { return values_.contains(name); }
  std::vector<std::string> entries() const {
    std::vector<std::string> result;
    for (const auto& [name, value] : values_) result.push_back(name + "=" + value);
    return result;
  }

 private:
  std::map<std::string, std::string> values_;
};

std::vector<std::string> attempt_environment(const StudyConfig& config, const TrialProgram& program,
                                             const StudyFolder& folder,
                                             const store::NewTrial& trial, const Point& point,
                                             const AttemptRequest& request, int batch_halvings) {
  const AttemptFiles files{request.folder};
  const TrialNumber number = trial.suggestion.number;
  Environment environment(program.environment);
  for (const auto& [name, value] : config.trial.environment) environment.set(name, value);
  for (const auto& [name, value] : point.entries()) {
    environment.set(parameter_variable(name), to_text(value));
  }
  environment.set("WINNOW_STUDY", config.spec.name);
  environment.set("WINNOW_TRIAL", std::to_string(number.value));
  environment.set("WINNOW_ATTEMPT", std::to_string(request.attempt.ordinal));
  environment.set("WINNOW_TOKEN", request.attempt.token);
  environment.set("WINNOW_SEED", std::to_string(trial.seed));
  environment.set("WINNOW_DATA_SEED", std::to_string(trial.data_seed));
  environment.set("WINNOW_FOLD", trial.fold ? std::to_string(*trial.fold) : "");
  environment.set("WINNOW_REPLICATE", std::to_string(trial.replicate));
  environment.set("WINNOW_PARAMS_FILE", files.params());
  environment.set("WINNOW_REPORT_FILE", files.reports());
  environment.set("WINNOW_REPORT_FD", std::to_string(report_descriptor));
  environment.set("WINNOW_CONTROL_FILE", files.control());
  environment.set("WINNOW_CHECKPOINT_DIR", folder.checkpoints(number));
  const std::optional<std::string>& from = request.attempt.resumed_from;
  environment.set("WINNOW_RESUME_FROM", from ? (folder.checkpoints(number) / *from).string() : "");
  const std::optional<std::int64_t> steps = trial.suggestion.budget.max_steps;
  environment.set("WINNOW_MAX_STEPS", steps ? std::to_string(*steps) : "");
  environment.set("WINNOW_BATCH_DIVISOR", std::to_string(1LL << batch_halvings));
  // Libraries would start a thread for every processor of the machine.
  if (config.trial.cpus && !environment.has("OMP_NUM_THREADS")) {
    environment.set("OMP_NUM_THREADS", std::to_string(*config.trial.cpus));
  }
  // A trial that was given no devices sees none: several would meet on the first one.
  environment.set("CUDA_DEVICE_ORDER", "PCI_BUS_ID");  // as the devices were counted
  environment.set("CUDA_VISIBLE_DEVICES", fmt::format("{}", fmt::join(request.attempt.gpus, ",")));
  if (std::holds_alternative<TrainerProgram>(config.program)) {
    // Less device memory and a faster start; read before libtorch is loaded (trainer.md 4).
    environment.set("CUDA_MODULE_LOADING", "LAZY");
  }
  return environment.entries();
}

/// How many rows the trainer's device holds at once under these settings, given or by default.
std::int64_t rows_at_once(const nlohmann::json& settings) {
  const protocol::Setting* setting = protocol::find_setting("batch_size");
  expect(setting != nullptr, "the trainer has batches");
  const auto batch = settings.value("batch_size", setting->default_value.get<std::int64_t>());
  const auto part = settings.find("micro_batch_size");
  const bool is_given = part != settings.end() && !part->is_null();
  return is_given ? std::min(batch, part->get<std::int64_t>()) : batch;
}

/// The trainer's settings with the point laid over them.
std::string trainer_settings(const StudyConfig& config, const TrialProgram& program,
                             const StudyFolder& folder, const store::NewTrial& trial,
                             const Point& point, int batch_halvings) {
  const auto& trainer = std::get<TrainerProgram>(config.program);
  nlohmann::json settings = trainer.settings;
  const nlohmann::json parameters = nlohmann::json::parse(store::point_json(point));
  settings.update(parameters);
  if (batch_halvings > 0) {  // the same batch in smaller parts: the numbers stay comparable
    const std::int64_t rows = rows_at_once(settings) >> batch_halvings;
    settings["micro_batch_size"] = std::max<std::int64_t>(1, rows);
  }
  if (trial.fold) {
    settings["folds"] = *config.spec.selection->folds;
    settings["fold"] = *trial.fold;
  }
  if (!settings.contains("threads")) settings["threads"] = program.threads;
  if (!settings.contains("cache_dir")) settings["cache_dir"] = folder.cache().string();
  return settings.dump(2) + "\n";
}

/// The same program under `winnow tap`, which looks at what it prints.
void tap_output(const std::vector<std::string>& patterns, Launch& launch) {
  const std::string list = nlohmann::json(patterns).dump();
  std::vector<std::string> arguments = {"winnow", "tap", "--patterns=" + list, "--"};
  std::ranges::move(launch.arguments, std::back_inserter(arguments));
  launch.arguments = std::move(arguments);
  launch.program = std::filesystem::read_symlink("/proc/self/exe").string();
}

std::vector<std::string> own_environment() {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

}  // namespace

TrialProgram find_trial_program(const StudyConfig& config, int slots) {
  TrialProgram program;
  program.environment = own_environment();
  if (const auto* command = std::get_if<CommandProgram>(&config.program)) {
    const std::string& name = command->arguments.front();
    const auto path = find_program(name, config.folder());
    if (!path) throw ConfigError("trial.command", fmt::format("there is no program {}", name));
    program.path = path->string();
  } else {
    program.path = trainer_path();
  }
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  program.threads = config.trial.cpus.value_or(std::max(1, cores / std::max(1, slots)));
  return program;
}

store::NewAttempt new_attempt(TrialNumber trial, const Slot& slot, int ordinal,
                              const std::string& token, const std::optional<ResumePoint>& resume) {
  store::NewAttempt attempt;
  attempt.trial = trial;
  attempt.ordinal = ordinal;
  attempt.token = token;
  attempt.slot = slot.index;
  attempt.gpus = slot.gpus;
  attempt.folder = StudyFolder::attempt_name(trial, ordinal);
  if (resume) {
    attempt.resumed_from = resume->name;
    attempt.resumed_step = resume->step;
  }
  return attempt;
}

AttemptRequest plan_attempt(const StudyConfig& config, const TrialProgram& program,
                            const StudyFolder& folder, const store::NewTrial& trial,
                            const Slot& slot, store::NewAttempt attempt, int batch_halvings) {
  const TrialNumber number = trial.suggestion.number;
  const Point point = with_derived(config.spec.rules, trial.suggestion.point);
  AttemptRequest request;
  request.attempt = std::move(attempt);
  request.folder = folder.attempt(request.attempt.folder);
  request.folders.push_back(folder.checkpoints(number));
  request.timeout_s = config.spec.limits.trial_timeout_s;
  request.heartbeat_timeout_s = config.trial.heartbeat_timeout_s;
  request.grace_s = config.trial.grace_s;
  request.log_policies = config.trial.log_policies;

  const AttemptFiles files{request.folder};
  request.files[files.params()] = store::point_json(point) + "\n";
  request.launch.program = program.path;
  if (const auto* command = std::get_if<CommandProgram>(&config.program)) {
    request.launch.arguments = expand_arguments(command->arguments, point, files.params());
    if (!config.trial.metrics_from.empty()) tap_output(config.trial.metrics_from, request.launch);
  } else {
    request.files[files.trainer()] =
        trainer_settings(config, program, folder, trial, point, batch_halvings);
    request.folders.push_back(folder.cache());
    request.launch.arguments = {"winnow-trainer", "train", files.trainer().string()};
  }
  request.launch.work_folder = config.folder();
  request.launch.cpus = slot.cpus;
  request.launch.memory_bytes = config.trial.memory_bytes;
  if (config.trial.memory_bytes && !program.memory_home.empty()) {
    request.launch.memory_group = program.memory_home / ("winnow-" + request.attempt.token);
  }
  request.launch.environment =
      attempt_environment(config, program, folder, trial, point, request, batch_halvings);
  return request;
}

}  // namespace winnow::run
