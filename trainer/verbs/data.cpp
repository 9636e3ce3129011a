#include <fmt/format.h>

#include "trainer/arguments.hpp"
#include "trainer/loop/training_rows.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {

int run_data(Words words) {
  const Arguments arguments({{"CONFIG.json"}, {}, {"json"}}, words);
  const TrainConfig config = read_config(arguments.positional(0), Environment{});
  const Tokenizer tokenizer = tokenizer_of(config);
  const DataFacts facts = facts_of(config, read_divided_rows(config, TestRows::always), &tokenizer);
  if (arguments.flag("json")) {
    nlohmann::json object = json_of(facts);
    object["version"] = 1;
    fmt::print("{}\n", object.dump(2));
  } else {
    fmt::print("{}", text_of(facts));
  }
  std::vector<Fault> faults = faults_of(facts, config.data_limits);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return 0;
}

}  // namespace winnow::train
