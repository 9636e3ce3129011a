#include "orchestrator/config/read_executor.hpp"

#include <fmt/format.h>

#include "orchestrator/config/scalar.hpp"

namespace winnow::run {
namespace {

const std::vector<std::string> types = {"local", "slurm"};

void refuse_slurm(const Node& type, Diagnostics& diagnostics) {
  diagnostics.error(type.at, "not-supported",
                    "executor: this version runs trials on its own machine only; write `executor: "
                    "local`, or start winnow inside an allocation (salloc)");
}

void read_slurm_settings(MappingReader& reader, Diagnostics& diagnostics) {
  if (const Node* partition = reader.take("partition")) {
    read_text(*partition, "executor.partition", diagnostics);
  }
  if (const Node* time = reader.take("time")) read_duration_s(*time, "executor.time", diagnostics);
  const Node* options = reader.take("sbatch");
  if (options == nullptr) return;
  if (options->kind != Node::Kind::sequence) {
    diagnostics.error(
        options->at, "wrong-type",
        fmt::format("executor.sbatch needs a list of options, found {}", describe_node(*options)));
  }
  for (const Node& option : options->items) read_text(option, "executor.sbatch", diagnostics);
}

}  // namespace

void read_executor(MappingReader& study, Diagnostics& diagnostics) {
  const Node* node = study.take("executor");
  if (node == nullptr) return;
  if (node->kind == Node::Kind::scalar) {
    const auto word = read_word(*node, "executor", types, diagnostics);
    if (word == 1) refuse_slurm(*node, diagnostics);
    return;
  }
  MappingReader reader(*node, "executor", diagnostics);
  const Node* type = reader.require("type");
  if (type != nullptr && read_word(*type, "executor.type", types, diagnostics) == 1) {
    refuse_slurm(*type, diagnostics);
    read_slurm_settings(reader, diagnostics);
  }
  reader.finish();
}

}  // namespace winnow::run
