#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/read_parameters.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {

std::vector<PriorStudy> read_prior_studies(const Node& node, Diagnostics& diagnostics) {
  std::vector<PriorStudy> studies;
  if (node.kind != Node::Kind::sequence) {
    diagnostics.error(
        node.at, "wrong-type",
        fmt::format("prior_studies needs a list of studies, found {}", describe_node(node)));
  }
  for (const Node& item : node.items) {
    const std::optional<std::string> source = read_text(item, "prior_studies", diagnostics);
    if (!source) continue;
    if (std::ranges::find(studies, *source, &PriorStudy::source) != studies.end()) {
      diagnostics.error(item.at, "prior-study",
                        fmt::format("{} is named twice", terminal_text(*source)));
    }
    studies.push_back({*source, {}});
  }
  return studies;
}

}  // namespace winnow::run
