// Sweep files of Weights & Biases (sweep configuration options, docs.wandb.ai, 2026). Such a file
// runs as it is but for the distributions that take exponents of e, which are converted here, and
// for what only their server knows.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

class SweepReader {
 public:
  SweepReader(const Node& root, Diagnostics& diagnostics)
      : root_(root), diagnostics_(diagnostics) {}

  ImportedStudy read() {
    for (const Entry& entry : root_.entries) read_entry(entry);
    return std::move(imported_);
  }

 private:
  void read_entry(const Entry& entry) {
    constexpr std::array kept = {"name",    "description",     "method",  "metric",
                                 "metrics", "early_terminate", "program", "command"};
    if (std::ranges::find(kept, entry.key) != kept.end()) {
      imported_.study[entry.key] = json_of(entry.value);
    } else if (entry.key == "run_cap") {
      imported_.study["limits"]["max_trials"] = json_of(entry.value);
    } else if (entry.key == "parameters") {
      imported_.study["parameters"] = parameters(entry.value, "");
    } else if (entry.key == "scheduler") {
      diagnostics_.error(entry.key_at, "not-supported",
                         "a scheduler is Python code; choose a method instead (winnow methods)");
    } else {
      note(fmt::format("`{}` is left out: it means nothing here", terminal_text(entry.key)));
    }
  }

  Json parameters(const Node& node, const std::string& prefix) {
    Json read = Json::object();
    for (const Entry& entry : node.entries) {
      const std::string name = prefix + entry.key;
      if (const Node* group = entry.value.find("parameters")) {
        read[entry.key]["parameters"] = parameters(*group, name + ".");
        continue;
      }
      const Node* distribution = entry.value.find("distribution");
      const std::string word = distribution == nullptr ? "" : distribution->text;
      if (word == "log_uniform" || word == "inv_log_uniform" || word == "q_log_uniform") {
        read[entry.key] = of_exponents(entry.value, word, name);
      } else {
        read[entry.key] = json_of(entry.value);
      }
    }
    return read;
  }

  /// log_uniform: X = e^U with U uniform from min to max; inv_log_uniform: X = e^-U; q_log_uniform:
  /// X = q round(e^U / q).
  Json of_exponents(const Node& node, const std::string& word, const std::string& name) {
    MappingReader reader(node, "parameters." + terminal_text(name), diagnostics_);
    const Node* min = reader.require("min");
    const Node* max = reader.require("max");
    if (min == nullptr || max == nullptr) return Json::object();
    const auto low = read_real(*min, name + ".min", diagnostics_);
    const auto high = read_real(*max, name + ".max", diagnostics_);
    if (!low || !high) return Json::object();
    const bool is_inverse = word == "inv_log_uniform";
    const double first = std::exp(is_inverse ? -*high : *low);
    const double last = std::exp(is_inverse ? -*low : *high);
    note(
        fmt::format("{}: {} from {} to {} takes exponents of e, so its values are {:.6g} to {:.6g}",
                    name, word, min->text, max->text, first, last));
    if (word != "q_log_uniform") return {{"min", first}, {"max", last}, {"scale", "log"}};
    Json rounded{{"distribution", "q_log_uniform_values"}, {"min", first}, {"max", last}};
    if (const Node* q = reader.take("q")) rounded["q"] = json_of(*q);
    return rounded;
  }

  void note(std::string text) { imported_.notes.push_back(std::move(text)); }

  const Node& root_;
  Diagnostics& diagnostics_;
  ImportedStudy imported_;
};

}  // namespace

ImportedStudy read_wandb(const Node& root, Diagnostics& diagnostics) {
  return SweepReader(root, diagnostics).read();
}

}  // namespace winnow::run
