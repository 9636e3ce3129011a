#include <fmt/format.h>

#include "trainer/arguments.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/model/adapter_config.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/exported_folder.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {

int run_merge(Words words) {
  const Arguments arguments({{"ADAPTER"}, {"out", "base"}, {}}, words);
  const std::filesystem::path folder = arguments.positional(0);
  const std::filesystem::path out = arguments.required("out");
  if (!is_adapter_folder(folder)) {
    throw ConfigError(folder.string(), "has no adapter_config.json: nothing to merge");
  }
  std::optional<std::filesystem::path> base;
  if (const auto word = arguments.option("base")) base = *word;
  const AdapterConfig adapter = read_adapter_config(folder);
  if (adapter.adaptation.kind != AdaptationKind::lora) {
    throw ConfigError(folder.string(),
                      "holds no low-rank additions, which alone can be added to weights; use the "
                      "folder as it is");
  }
  const std::filesystem::path base_folder = base.value_or(adapter.base);
  if (is_decoder_config(read_config_json(base_folder))) {
    const LoadedCausalModel causal = load_causal_model(folder, choose_device(), base);
    causal.model->merge();
    export_causal_folder(*causal.model, base_folder,
                         "# Fine-tuned language model\n\n"
                         "Low-rank additions merged into the weights.\n",
                         out);
    fmt::print("{}\n", out.string());
    return 0;
  }
  const LoadedClassifier loaded = load_classifier(folder, choose_device(), base);
  loaded.model->merge();
  export_folder({*loaded.model, loaded.labels, loaded.max_length, loaded.base.path,
                 "# Fine-tuned text classifier\n\nLow-rank additions merged into the weights.\n",
                 loaded.multi_label},
                out);
  fmt::print("{}\n", out.string());
  return 0;
}

}  // namespace winnow::train
