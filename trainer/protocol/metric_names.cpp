#include "trainer/protocol/metric_names.hpp"

namespace winnow::protocol {
namespace {

constexpr std::string_view classification = "text_classification";
constexpr std::string_view language_model = "causal_lm";

}  // namespace

std::vector<std::string> reported_metrics(std::string_view task) {
  std::vector<std::string> names = {"eval_loss"};
  if (task != language_model) {
    for (const char* name :
         {"accuracy", "auc_roc", "binary_f1", "binary_precision", "binary_recall", "brier", "ece",
          "macro_f1", "macro_precision", "macro_recall", "mcc", "micro_f1", "micro_precision",
          "micro_recall", "mrr"}) {
      names.push_back(std::string("eval_") + name);
    }
  }
  if (task != classification) {
    for (const char* name :
         {"bleu", "exact_match", "perplexity", "rouge_1", "rouge_2", "rouge_l"}) {
      names.push_back(std::string("eval_") + name);
    }
  }
  for (const char* name : {"gradient_norm", "largest_gradient_norm", "peak_memory_mb",
                           "time_to_target_s", "tokens_per_s", "train_loss", "vanished_layers"}) {
    names.push_back(name);
  }
  return names;
}

}  // namespace winnow::protocol
