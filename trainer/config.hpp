// The settings of one training run, checked and typed. Their names, ranges and defaults are those
// of trainer/protocol/settings.hpp; nothing is decided twice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "trainer/data/chat.hpp"
#include "trainer/data/data_report.hpp"
#include "trainer/data/division.hpp"
#include "trainer/data/prompts.hpp"
#include "trainer/environment.hpp"
#include "trainer/loop/early_stopping.hpp"
#include "trainer/model/adaptation_options.hpp"
#include "trainer/model/model_folder.hpp"
#include "trainer/optim/plateau.hpp"
#include "trainer/optim/schedule.hpp"
#include "trainer/text/truncation.hpp"

namespace winnow::train {

enum class ClassWeights { none, balanced };
enum class Precision { fp32, bf16 };

struct TrainConfig {
  nlohmann::json settings;  // as given, defaults filled in

  std::string task;
  std::filesystem::path model;
  InitialWeights initial_weights = InitialWeights::pretrained;
  std::optional<std::int64_t> transferred_layers;  // from the bottom; nothing: all
  std::filesystem::path train_data;
  std::optional<std::filesystem::path> validation_data;  // nothing: rows of train_data
  std::optional<std::filesystem::path> test_data;        // read with evaluate_test
  HeldOutShares held_out;
  bool drop_repeated_rows = false;
  DataLimits data_limits;
  std::string text_column;
  std::string label_column;
  std::optional<std::string> prompt_column;      // of a language model's rows …
  std::optional<std::string> completion_column;  // … both or none
  std::optional<std::string> messages_column;    // … or neither, but this
  ChatTemplate chat_template = ChatTemplate::chatml;
  PromptSettings prompts;
  std::size_t max_length = 0;  // tokens
  std::optional<TruncationSide> truncation_side;
  std::size_t length_bucketing = 0;  // batches; 0: none
  std::string pooling;               // "mean" or "cls"
  bool multi_label = false;
  bool packing = false;
  std::size_t generation_rows = 0;     // 0: none
  std::int64_t generation_tokens = 0;  // at most, a row
  ClassWeights class_weights = ClassWeights::none;

  Adaptation adaptation;
  std::optional<std::filesystem::path> adapter;
  std::optional<double> unfreeze_every_epochs;
  double layer_rate_decay = 1.0, head_rate_factor = 1.0;

  std::string optimizer;
  std::int64_t lbfgs_history = 1;
  double momentum = 0.0, beta1 = 0.0, beta2 = 0.0, epsilon = 0.0, weight_decay = 0.0;
  double peak_learning_rate = 0.0;
  ScheduleShape schedule = ScheduleShape::linear;
  double warmup_fraction = 0.0;
  PlateauRule plateau;
  double gradient_clip = 0.0;        // 0: none
  double gradient_clip_value = 0.0;  // 0: none
  double exploding_gradient = 0.0;   // 0: only a norm that is not finite has exploded
  double vanishing_gradient = 0.0;   // share of the largest layer's
  double ema_decay = 0.0;            // 0: no average
  double dropout = 0.0, label_smoothing = 0.0, l1_penalty = 0.0, l2_penalty = 0.0;
  std::size_t batch_size = 1;
  std::optional<std::size_t> micro_batch_size;
  bool gradient_checkpointing = false;
  Precision precision = Precision::fp32;
  double epochs = 0.0;
  std::optional<std::int64_t> max_steps;

  std::uint64_t seed = 0;
  std::uint64_t data_seed = 0;
  std::int64_t eval_every_steps = 0;  // 0: each epoch
  EarlyStopping early_stopping;
  std::optional<double> target;  // of early_stopping_metric, for time_to_target_s
  bool measure_speed = false;
  bool deterministic = false;
  std::int64_t checkpoint_every_steps = 0;  // 0: at each evaluation
  std::size_t keep_checkpoints = 1;
  bool restore_best = true;
  bool evaluate_test = false;
  int threads = 1;
  std::optional<std::filesystem::path> cache_dir;
};

/// Seeds that the settings leave out come from the environment, else the seed is 0 and data_seed
/// equals it. Throws ConfigError with every fault at once.
TrainConfig parse_config(const nlohmann::json& object, const Environment& environment);

/// Reads the file first. Throws ConfigError.
TrainConfig read_config(const std::filesystem::path& file, const Environment& environment);

/// Which rows are held out and which share is learned from.
Division division_of(const TrainConfig& config);

/// Throws ConfigError unless a row of the greatest length and what stands in front of it fit into
/// the model's positions.
void require_positions(const TrainConfig& config, std::int64_t positions);

/// How many layers from the bottom begin with the pretrained weights. Throws ConfigError when the
/// model has fewer than were asked for, or one that begins at random would not be trained.
std::int64_t pretrained_layers(const TrainConfig& config, std::int64_t layers);

/// The learning rate over the whole training.
Schedule schedule_of(const TrainConfig& config, std::size_t batches_per_epoch);

}  // namespace winnow::train
