#include <fmt/format.h>

#include "trainer/arguments.hpp"
#include "trainer/errors.hpp"
#include "trainer/model/llama2c_file.hpp"
#include "trainer/model/unfinished_folder.hpp"
#include "trainer/text/llama2c_vocabulary.hpp"
#include "trainer/verbs/verb.hpp"
#include "trainer/weights/durable_file.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

namespace fs = std::filesystem;

/// From a folder that has tokenizer.json, from a table of llama2.c, or from the table behind the
/// model.
void write_tokenizer(const Llama2cModel& model, const fs::path& model_file,
                     const std::optional<std::string>& source, const fs::path& folder) {
  if (source && fs::is_directory(*source)) {
    if (!fs::is_regular_file(fs::path(*source) / "tokenizer.json")) {
      throw ConfigError("--tokenizer", *source + " has no tokenizer.json");
    }
    return copy_tokenizer(*source, folder);
  }
  const MappedFile file(source ? fs::path(*source) : model_file);
  const auto table = file.bytes().subspan(source ? 0 : model.bytes);
  if (table.empty()) {
    throw ConfigError("--tokenizer",
                      "is missing, and no table follows the model in its file; name a folder with "
                      "tokenizer.json or llama2.c's tokenizer.bin");
  }
  const auto vocabulary = model.config.at("vocab_size").get<std::int64_t>();
  const nlohmann::json tokenizer = llama2c_tokenizer(table, vocabulary, file.path().string());
  write_durably(folder / "tokenizer.json", tokenizer.dump() + "\n");
}

}  // namespace

int run_import(Words words) {
  const Arguments arguments({{"LLAMA2C_FILE"}, {"tokenizer", "out"}, {}}, words);
  const fs::path out = arguments.required("out");
  const fs::path file = arguments.positional(0);
  const Llama2cModel model = read_llama2c(file);
  UnfinishedFolder unfinished(out);
  write_tensors(unfinished.path() / "model.safetensors", model.tensors);
  write_durably(unfinished.path() / "config.json", model.config.dump(2) + "\n");
  write_tokenizer(model, file, arguments.option("tokenizer"), unfinished.path());
  unfinished.keep();
  fmt::print("{}\n", out.string());
  return 0;
}

}  // namespace winnow::train
