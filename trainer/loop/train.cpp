#include "trainer/loop/train.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <new>
#include <stdexcept>

#include "trainer/errors.hpp"
#include "trainer/loop/checkpoint.hpp"
#include "trainer/loop/speedometer.hpp"
#include "trainer/loop/trainer.hpp"

namespace winnow::train {
namespace {

bool all_finite(const std::map<std::string, double>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](const auto& entry) { return std::isfinite(entry.second); });
}

class TrainingRun {
 public:
  TrainingRun(const TrainConfig& config, const Environment& environment, Trainer& trainer,
              StopRequest& stop, Reporter& reporter)
      : config_(config),
        environment_(environment),
        trainer_(trainer),
        stop_(stop),
        reporter_(reporter),
        last_step_(std::min(trainer.total_steps(),
                            environment.max_steps.value_or(trainer.total_steps()))) {
    state_.settings = config.settings;
    state_.labels = trainer.task().facts().labels;
    state_.model_path = std::filesystem::absolute(config.model).lexically_normal().string();
    state_.model_hash = content_hash(trainer.task().facts().model);
  }

  RunEnd run() {
    resume();
    const at::Device device = trainer_.task().facts().device;
    reporter_.report(protocol::Started{trainer_.trainable_numbers(), device.str(),
                                       device.is_cpu() || config_.deterministic, config_.threads});
    while (state_.step < last_step_ && !has_run_out(state_.history, config_.early_stopping)) {
      const auto begin = std::chrono::steady_clock::now();
      const Trainer::Step step = trainer_.update(state_.step, state_.plateau.factor);
      if (!std::isfinite(step.loss)) return fail({{"train_loss", step.loss}, {"eval_loss", nan_}});
      if (has_exploded(step.gradient_norm, config_.exploding_gradient)) return explode(step);
      speed_.add(step.tokens, seconds_since(begin));
      ++state_.step;
      state_.train_loss_sum += step.loss;
      ++state_.train_loss_steps;
      state_.gradient_norms.add(step.gradient_norm);
      if (is_evaluation_due() && !evaluate()) return fail({{"eval_loss", nan_}});
      if (is_checkpoint_due()) save();
      if (state_.step < last_step_ && stop_.requested()) return leave();
    }
    return finish();
  }

 private:
  bool is_evaluation_due() const {
    const auto epoch = static_cast<std::int64_t>(trainer_.batches_per_epoch());
    const std::int64_t every = config_.eval_every_steps > 0 ? config_.eval_every_steps : epoch;
    return state_.step % every == 0 || state_.step == last_step_;
  }

  bool is_evaluated() const {
    return state_.history.last && state_.history.last->step == state_.step;
  }

  bool is_best() const { return is_evaluated() && state_.history.best->step == state_.step; }

  bool is_checkpoint_due() const {
    if (state_.step == last_step_ || (config_.restore_best && is_best())) return true;
    const std::int64_t every = config_.checkpoint_every_steps;
    return every > 0 ? state_.step % every == 0 : is_evaluated();
  }

  /// False if a metric is not finite.
  bool evaluate() {
    EvaluationResult result{state_.step, trainer_.evaluate(Split::validation)};
    if (state_.train_loss_steps > 0) add_training_values(result.values);
    state_.train_loss_sum = 0.0;
    state_.train_loss_steps = 0;
    state_.gradient_norms = {};
    if (!all_finite(result.values)) return false;
    if (!result.values.contains(config_.early_stopping.metric)) {
      throw ConfigError("early_stopping_metric",
                        config_.early_stopping.metric +
                            " is not measured by these settings: auc_roc needs two classes, "
                            "one label a row, and scores of texts need generation_rows");
    }
    add_speed(result.values);
    reporter_.report(protocol::Metrics{state_.step, reporter_.elapsed_s(), result.values});
    if (config_.schedule == ScheduleShape::plateau) {
      add_evaluation(state_.plateau, config_.plateau,
                     result.values.at(config_.early_stopping.metric));
    }
    add_evaluation(state_.history, config_.early_stopping, std::move(result));
    if (config_.restore_best && is_best()) best_ = trainer_.weights();
    return true;
  }

  /// What the steps since the last evaluation were like.
  void add_training_values(std::map<std::string, double>& values) {
    values["train_loss"] = state_.train_loss_sum / static_cast<double>(state_.train_loss_steps);
    values["gradient_norm"] = state_.gradient_norms.mean();
    values["largest_gradient_norm"] = state_.gradient_norms.largest;
    const std::vector<std::int64_t> vanished = trainer_.vanished_layers(state_.step - 1);
    values["vanished_layers"] = static_cast<double>(vanished.size());
    if (vanished.empty()) return;
    fmt::print(stderr, "vanishing_gradient: hardly anything reached {} in step {}\n",
               names_of_layers(vanished), state_.step);
  }

  void add_speed(std::map<std::string, double>& values) {
    if (config_.measure_speed) values.merge(speed_.read());
    if (!config_.target) return;
    const double value = values.at(config_.early_stopping.metric);
    const bool reached = config_.early_stopping.better == Better::lower ? value <= *config_.target
                                                                        : value >= *config_.target;
    if (reached && !reached_target_s_) reached_target_s_ = reporter_.elapsed_s();
    if (reached_target_s_) values["time_to_target_s"] = *reached_target_s_;
  }

  static double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  void save() {
    if (!environment_.checkpoint_dir || saved_step_ == state_.step) return;
    const std::filesystem::path& root = *environment_.checkpoint_dir;
    write_checkpoint(root, {state_, trainer_.trained(), trainer_.optimizer_state()});
    saved_step_ = state_.step;
    reporter_.report(protocol::Checkpoint{state_.step, checkpoint_name(state_.step)});
    const bool keeps_best = config_.restore_best && state_.history.best;
    remove_old_checkpoints(root, config_.keep_checkpoints,
                           keeps_best ? state_.history.best->step : state_.step);
  }

  RunEnd leave() {
    save();
    fmt::print(stderr, "leaving after step {} ({})\n", state_.step, stop_.reason());
    return RunEnd::can_continue;
  }

  /// The loss was finite, but the update would not have been, or is more than was allowed.
  RunEnd explode(const Trainer::Step& step) {
    const protocol::Values values = {{"train_loss", step.loss},
                                     {"gradient_norm", step.gradient_norm}};
    reporter_.report(protocol::Metrics{state_.step, reporter_.elapsed_s(), values});
    reporter_.report(protocol::Failed{
        "exploding_gradient",
        fmt::format("the gradient's norm is {} at step {}", step.gradient_norm, state_.step)});
    return RunEnd::failed;
  }

  /// The values are reported too: stop rules and plots should see where the curve went.
  RunEnd fail(const protocol::Values& values) {
    reporter_.report(protocol::Metrics{state_.step, reporter_.elapsed_s(), values});
    const auto& [metric, value] = *values.rbegin();
    reporter_.report(protocol::Failed{
        "non_finite_loss", fmt::format("{} is {} at step {}", metric, value, state_.step)});
    return RunEnd::failed;
  }

  /// What is reported at the end are the numbers of the checkpoint that is worth exporting: the
  /// best one, or the last if restore_best is off. `finished.step` names it.
  RunEnd finish() {
    if (!is_evaluated() && !evaluate()) return fail({{"eval_loss", nan_}});
    save();
    const EvaluationResult& result =
        config_.restore_best ? *state_.history.best : *state_.history.last;
    std::map<std::string, double> values = result.values;
    if (config_.evaluate_test) {
      if (config_.restore_best) trainer_.replace_weights(best_, "best weights");
      values.merge(trainer_.evaluate(Split::test));
    }
    reporter_.report(protocol::Finished{result.step, values});
    return RunEnd::finished;
  }

  void resume() {
    if (!environment_.resume_from) return;
    const std::filesystem::path folder = *environment_.resume_from;
    Checkpoint checkpoint = read_checkpoint(folder);
    std::vector<Fault> faults;
    for (const std::string& obstacle : obstacles_to_resume(checkpoint.state, state_)) {
      faults.push_back({folder.string(), obstacle});
    }
    if (!faults.empty()) throw ConfigError(std::move(faults));
    trainer_.restore(checkpoint.trainable, checkpoint.optimizer, folder.string());
    checkpoint.state.settings = state_.settings;
    checkpoint.state.model_path = state_.model_path;
    state_ = std::move(checkpoint.state);
    if (config_.restore_best && state_.history.best) resume_best(folder);
    if (!environment_.checkpoint_dir) return;
    remove_checkpoints_beyond(*environment_.checkpoint_dir, state_.step);
    if (is_own(folder)) saved_step_ = state_.step;
  }

  /// The best weights lie beside the checkpoint. One that comes from another trial is copied into
  /// our own folder, so that what is reported at the end can be exported from there.
  void resume_best(const std::filesystem::path& folder) {
    const std::int64_t step = state_.history.best->step;
    const std::filesystem::path best_folder = folder.parent_path() / checkpoint_name(step);
    const Checkpoint best = read_best(best_folder, folder);
    best_ = kept_weights(best);
    if (!environment_.checkpoint_dir || is_own(best_folder)) return;
    write_checkpoint(*environment_.checkpoint_dir, best);
    reporter_.report(protocol::Checkpoint{step, checkpoint_name(step)});
  }

  /// That it is damaged is no fault of the configuration: an earlier checkpoint may lean on another
  /// best one, and without any the run starts anew. Hence not a ConfigError.
  static Checkpoint read_best(const std::filesystem::path& best_folder,
                              const std::filesystem::path& folder) {
    try {
      return read_checkpoint(best_folder);
    } catch (const ConfigError& error) {
      throw std::runtime_error(
          fmt::format("{} cannot be gone on from, its best checkpoint is gone: {}", folder.string(),
                      error.what()));
    }
  }

  bool is_own(const std::filesystem::path& folder) const {
    std::error_code absent;
    return std::filesystem::equivalent(folder.parent_path(), *environment_.checkpoint_dir, absent);
  }

  static constexpr double nan_ = std::numeric_limits<double>::quiet_NaN();

  const TrainConfig& config_;
  const Environment& environment_;
  Trainer& trainer_;
  StopRequest& stop_;
  Reporter& reporter_;
  std::int64_t last_step_;
  RunState state_;
  NamedTensors best_;  // trained tensors of the best evaluation; empty unless restore_best
  std::optional<std::int64_t> saved_step_;
  Speedometer speed_;
  std::optional<double> reached_target_s_;
};

RunEnd out_of_memory(Reporter& reporter, const std::string& message) {
  reporter.report(protocol::Failed{"out_of_memory", message});
  return RunEnd::failed;
}

}  // namespace

RunEnd train(const TrainConfig& config, const Environment& environment, StopRequest& stop,
             Reporter& reporter) {
  try {
    const std::unique_ptr<Task> task = make_task(config);
    Trainer trainer(config, *task);
    if (environment.checkpoint_dir) prepare_checkpoints(*environment.checkpoint_dir);
    if (!task->prepare([&] { return stop.requested(); })) return RunEnd::can_continue;
    return TrainingRun(config, environment, trainer, stop, reporter).run();
  } catch (const c10::OutOfMemoryError& error) {
    return out_of_memory(reporter, error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    return out_of_memory(reporter, "the machine's memory ran out");
  }
}

}  // namespace winnow::train
