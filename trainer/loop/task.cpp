#include "trainer/loop/task.hpp"

#include "trainer/errors.hpp"
#include "trainer/loop/classification.hpp"
#include "trainer/loop/language_modelling.hpp"

namespace winnow::train {

std::unique_ptr<Task> make_task(const TrainConfig& config) {
  if (config.task == "text_classification") {
    return std::make_unique<Classification>(config, load_training_data(config));
  }
  if (config.task == "causal_lm") return std::make_unique<LanguageModelling>(config);
  throw ConfigError("task", "\"" + config.task + "\" is not a task of this trainer");
}

}  // namespace winnow::train
