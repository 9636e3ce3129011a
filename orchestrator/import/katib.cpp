// Experiments of Katib (CRD kubeflow.org/v1beta1, kubeflow.org/docs/components/katib, 2026): the
// objective, the parameters with their numbers as texts, the counts, and of the container the
// command. What Kubernetes does around it has no place here.
#include <fmt/format.h>

#include <map>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

const std::map<std::string, std::string> algorithms = {{"random", "random"},
                                                       {"grid", "grid"},
                                                       {"bayesianoptimization", "gp"},
                                                       {"tpe", "tpe"},
                                                       {"multivariate-tpe", "tpe"},
                                                       {"cmaes", "cmaes"},
                                                       {"sobol", "sobol"}};

/// The node that keys lead to; nullptr where one is missing.
const Node* at_path(const Node* node, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (node == nullptr) return nullptr;
    node = node->find(key);
  }
  return node;
}

std::string text_at(const Node* node, std::initializer_list<const char*> keys) {
  const Node* found = at_path(node, keys);
  return found == nullptr ? "" : found->text;
}

/// "0.01" is written with quotes there: by what it means without them.
Json number_of(const Node* node) {
  if (node == nullptr) return nullptr;
  Node plain = *node;
  plain.plain = true;
  return json_of(plain);
}

class ExperimentReader {
 public:
  ExperimentReader(const Node& root, Diagnostics& diagnostics)
      : root_(root), reader_(root, "the experiment", diagnostics), diagnostics_(diagnostics) {}

  ImportedStudy read() {
    spec_ = reader_.require("spec");
    if (spec_ == nullptr) return {};
    const std::string name = text_at(&root_, {"metadata", "name"});
    study()["name"] = name.empty() ? "from-katib" : name;
    read_algorithm();
    read_objective();
    read_limits();
    read_parameters();
    read_command();
    return std::move(imported_);
  }

 private:
  Json& study() { return imported_.study; }
  void note(std::string text) { imported_.notes.push_back(std::move(text)); }

  void read_algorithm() {
    const std::string name = text_at(spec_, {"algorithm", "algorithmName"});
    const auto known = algorithms.find(name);
    study()["method"] = known == algorithms.end() ? "auto" : known->second;
    if (known == algorithms.end()) {
      note(name.empty() ? "it names no algorithm; method auto chooses one"
                        : fmt::format("the algorithm {} has no like here; method auto chooses one",
                                      terminal_text(name)));
    }
    if (at_path(spec_, {"algorithm", "algorithmSettings"}) != nullptr) {
      note("algorithmSettings are left out: `winnow methods` lists the options of ours");
    }
    if (spec_->find("earlyStopping") != nullptr) {
      study()["early_terminate"] = {{"type", "median"}};
      note("earlyStopping becomes the median rule with its defaults");
    }
  }

  void read_objective() {
    const std::string metric = text_at(spec_, {"objective", "objectiveMetricName"});
    const bool least = text_at(spec_, {"objective", "type"}) == "minimize";
    study()["metric"] = {{"name", metric}, {"goal", least ? "minimize" : "maximize"}};
    if (const Node* goal = at_path(spec_, {"objective", "goal"})) {
      study()["metric"]["target"] = number_of(goal);
    }
    if (metric.empty()) {
      diagnostics_.error(spec_->at, "missing-key", "objective needs an objectiveMetricName");
    }
  }

  void read_limits() {
    const std::pair<const char*, const char*> counts[] = {{"maxTrialCount", "max_trials"},
                                                          {"parallelTrialCount", "max_concurrent"},
                                                          {"maxFailedTrialCount", "max_failed"}};
    for (const auto& [theirs, ours] : counts) {
      if (const Node* node = spec_->find(theirs)) study()["limits"][ours] = number_of(node);
    }
  }

  void read_parameters() {
    const Node* parameters = spec_->find("parameters");
    study()["parameters"] = Json::object();
    if (parameters == nullptr || parameters->kind != Node::Kind::sequence) {
      diagnostics_.error(spec_->at, "missing-key", "spec needs a list of parameters");
      return;
    }
    for (const Node& parameter : parameters->items) {
      const std::string name = text_at(&parameter, {"name"});
      const Node* space = parameter.find("feasibleSpace");
      if (name.empty() || space == nullptr) {
        diagnostics_.error(parameter.at, "parameter-form",
                           "a parameter needs a name and a feasibleSpace");
        continue;
      }
      study()["parameters"][name] = domain(name, text_at(&parameter, {"parameterType"}), *space);
    }
  }

  Json domain(const std::string& name, const std::string& type, const Node& space) {
    if (const Node* list = space.find("list")) {
      Json values = Json::array();
      for (const Node& item : list->items) {
        values.push_back(type == "categorical" ? Json(item.text) : number_of(&item));
      }
      Json read{{"values", std::move(values)}};
      if (type == "discrete") read["ordered"] = true;
      return read;
    }
    if (type != "int" && type != "double") {
      diagnostics_.error(space.at, "choice",
                         fmt::format("{}: expected parameterType double, int, discrete or "
                                     "categorical, found {}",
                                     terminal_text(name), terminal_text(type)));
      return Json::object();
    }
    Json read{{"min", number_of(space.find("min"))}, {"max", number_of(space.find("max"))}};
    read["type"] = type == "int" ? "int" : "float";
    if (const Node* step = space.find("step")) read["step"] = number_of(step);
    const std::string distribution = text_at(&space, {"distribution"});
    if (distribution.starts_with("log")) read["scale"] = "log";
    if (distribution == "normal" || distribution == "logNormal") {
      note(fmt::format("{}: {} has no mean here; it is {}uniform between min and max",
                       terminal_text(name), distribution, distribution == "normal" ? "" : "log-"));
    }
    return read;
  }

  /// The parameter that a name of the template stands for.
  std::string reference_of(const std::string& template_name) const {
    const Node* names = at_path(spec_, {"trialTemplate", "trialParameters"});
    if (names == nullptr) return "";
    for (const Node& item : names->items) {
      if (text_at(&item, {"name"}) == template_name) return text_at(&item, {"reference"});
    }
    return "";
  }

  /// "--lr=${trialParameters.rate}", where rate stands for the parameter lr: ${args} says the same.
  bool is_in_args(const std::string& word) const {
    constexpr std::string_view macro = "=${trialParameters.";
    const std::size_t at = word.find(macro);
    if (!word.starts_with("--") || at == std::string::npos || !word.ends_with('}')) return false;
    const std::string name = word.substr(at + macro.size(), word.size() - at - macro.size() - 1);
    return reference_of(name) == word.substr(2, at - 2);
  }

  void read_command() {
    const Node* containers =
        at_path(spec_, {"trialTemplate", "trialSpec", "spec", "template", "spec", "containers"});
    Json command = Json::array();
    if (containers != nullptr && !containers->items.empty()) {
      for (const char* key : {"command", "args"}) {
        const Node* words = containers->items.front().find(key);
        for (const Node& word : words == nullptr ? std::vector<Node>() : words->items) {
          add_word(word.text, command);
        }
      }
    }
    if (command.empty()) {
      command = {"./trial.sh", "${args}"};
      note("there is no container command in it: ./trial.sh stands for yours");
    }
    study()["trial"]["command"] = std::move(command);
    study()["trial"]["metrics_from"] = {{"stdout", "katib"}};
    note(
        "the image and everything else of Kubernetes is left out: the command runs on this "
        "machine");
  }

  void add_word(const std::string& word, Json& command) {
    if (is_in_args(word)) {
      if (command.empty() || command.back() != "${args}") command.push_back("${args}");
      return;
    }
    if (word.find("${trialParameters.") != std::string::npos) {
      note(
          fmt::format("{} has no like here: the program finds its parameters in ${{args}} and in "
                      "WINNOW_PARAM_<NAME>",
                      terminal_text(word)));
      if (command.empty() || command.back() != "${args}") command.push_back("${args}");
      return;
    }
    command.push_back(word);
  }

  const Node& root_;
  MappingReader reader_;
  Diagnostics& diagnostics_;
  const Node* spec_ = nullptr;
  ImportedStudy imported_;
};

}  // namespace

ImportedStudy read_katib(const Node& root, Diagnostics& diagnostics) {
  return ExperimentReader(root, diagnostics).read();
}

}  // namespace winnow::run
