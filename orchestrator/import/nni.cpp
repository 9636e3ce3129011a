// Experiment files (version 2) and search spaces of NNI (nni.readthedocs.io, "Experiment Config
// Reference" and "Search Space Specification", 2.10). Its randint leaves the upper end out, its
// quniform rounds to multiples of q, its nested choice makes parameters exist only sometimes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

/// Their tuners by what comes nearest here.
const std::map<std::string, std::string> tuners = {
    {"TPE", "tpe"},           {"Random", "random"},     {"GridSearch", "grid"},
    {"Anneal", "annealing"},  {"Evolution", "genetic"}, {"GP", "gp"},
    {"SMAC", "random_forest"}};

class ExperimentReader {
 public:
  ExperimentReader(const Node& root, Diagnostics& diagnostics)
      : root_(root), diagnostics_(diagnostics) {}

  ImportedStudy read() {
    study()["name"] = "from-nni";
    // A file with nothing but the search space has the parameters at its top.
    const Node* space = root_.find("searchSpace");
    const bool is_space = space == nullptr && root_.find("searchSpaceFile") == nullptr &&
                          root_.find("trialCommand") == nullptr;
    if (is_space) space = &root_;
    read_tuner(is_space);
    if (!is_space) read_limits();
    if (space != nullptr) {
      study()["parameters"] = Json::object();
      read_space(*space, "", nullptr);
    } else if (const Node* file = root_.find("searchSpaceFile")) {
      diagnostics_.error(file->at, "not-supported",
                         fmt::format("the search space is in {}: import that file too, and put its "
                                     "parameters here",
                                     terminal_text(file->text)));
    }
    read_command();
    return std::move(imported_);
  }

 private:
  Json& study() { return imported_.study; }
  void note(std::string text) { imported_.notes.push_back(std::move(text)); }

  void read_tuner(bool is_space) {
    const Node* tuner = root_.find("tuner");
    const Node* name = tuner == nullptr ? nullptr : tuner->find("name");
    const auto known = name == nullptr ? tuners.end() : tuners.find(name->text);
    study()["method"] = known == tuners.end() ? "auto" : known->second;
    if (name != nullptr && known == tuners.end()) {
      note(fmt::format("the tuner {} has no like here; method auto chooses one",
                       terminal_text(name->text)));
    }
    const Node* arguments = tuner == nullptr ? nullptr : tuner->find("classArgs");
    const Node* mode = arguments == nullptr ? nullptr : arguments->find("optimize_mode");
    const bool least = mode != nullptr && mode->text == "minimize";
    study()["metric"] = {{"name", "default"}, {"goal", least ? "minimize" : "maximize"}};
    note("NNI calls its metric `default`: report it by that name, or write another");
    if (is_space || root_.find("assessor") == nullptr) return;
    note("the assessor is left out: see `early_terminate` (median, asha)");
  }

  void read_limits() {
    const std::pair<const char*, const char*> counts[] = {{"trialConcurrency", "max_concurrent"},
                                                          {"maxTrialNumber", "max_trials"},
                                                          {"maxExperimentDuration", "max_duration"},
                                                          {"maxTrialDuration", "trial_timeout"}};
    for (const auto& [theirs, ours] : counts) {
      const Node* node = root_.find(theirs);
      if (node == nullptr) continue;
      const Json value = json_of(*node);
      // A duration without a unit has seconds there.
      const bool is_duration = std::string(ours).find("trials") == std::string::npos &&
                               std::string(ours) != "max_concurrent";
      study()["limits"][ours] = is_duration && value.is_number() ? Json(node->text + "s") : value;
    }
    if (const Node* gpus = root_.find("trialGpuNumber")) {
      study()["trial"]["resources"]["gpus"] = json_of(*gpus);
    }
  }

  void read_command() {
    const Node* command = root_.find("trialCommand");
    if (command == nullptr) {
      study()["trial"]["command"] = {"./trial.sh", "${args}"};
      note("there is no command in it: ./trial.sh stands for yours");
      return;
    }
    study()["trial"]["command"] = {"/bin/bash", "-c", command->text};
    note(
        "the command runs in bash, as there; it finds its parameters in the file "
        "$WINNOW_PARAMS_FILE and appends {\"default\": value} to $WINNOW_REPORT_FILE");
    for (const char* key : {"trialCodeDirectory", "experimentWorkingDirectory"}) {
      if (const Node* folder = root_.find(key)) {
        note(fmt::format("`{}: {}` is left out: trials run in the study file's folder", key,
                         terminal_text(folder->text)));
      }
    }
  }

  /// `when`: the choice under which these exist.
  void read_space(const Node& space, const std::string& prefix, const Json* when) {
    for (const Entry& entry : space.entries) {
      const std::string name = prefix + entry.key;
      if (entry.key == "_name") continue;
      const Node* type = entry.value.find("_type");
      const Node* value = entry.value.find("_value");
      if (type == nullptr || value == nullptr || value->kind != Node::Kind::sequence) {
        diagnostics_.error(
            entry.key_at, "parameter-form",
            fmt::format("{} needs `_type` and a list `_value`", terminal_text(name)));
        continue;
      }
      Json read = type->text == "choice" ? choice(*value, name) : number(*type, *value, name);
      if (when != nullptr) read["when"] = *when;
      study()["parameters"][name] = std::move(read);
      if (type->text == "choice") read_branches(*value, name);
    }
  }

  static const Node* name_of(const Node& item) {
    return item.kind == Node::Kind::mapping ? item.find("_name") : nullptr;
  }

  Json choice(const Node& value, const std::string& name) {
    Json values = Json::array();
    for (const Node& item : value.items) {
      const Node* branch = name_of(item);
      if (branch == nullptr && item.kind != Node::Kind::scalar) {
        diagnostics_.error(item.at, "parameter-form",
                           fmt::format("{}: a choice is a scalar, or a mapping with `_name`",
                                       terminal_text(name)));
        continue;
      }
      values.push_back(branch == nullptr ? json_of(item) : json_of(*branch));
    }
    return {{"values", std::move(values)}};
  }

  void read_branches(const Node& value, const std::string& name) {
    for (const Node& item : value.items) {
      const Node* branch = name_of(item);
      if (branch == nullptr || item.entries.size() < 2) continue;
      const Json when = {{name, json_of(*branch)}};
      read_space(item, name + "." + branch->text + ".", &when);
      note(fmt::format("what is nested in {} under {} has its path as its name: {}.{}.…", name,
                       branch->text, name, branch->text));
    }
  }

  Json number(const Node& type, const Node& value, const std::string& name) {
    std::vector<double> numbers;
    for (const Node& item : value.items) {
      if (const auto read = read_real(item, name, diagnostics_)) numbers.push_back(*read);
    }
    const std::string& word = type.text;
    const std::size_t needed = word.starts_with('q') ? 3 : 2;
    if (numbers.size() != needed) {
      diagnostics_.error(
          value.at, "parameter-form",
          fmt::format("{}: {} needs {} numbers", terminal_text(name), terminal_text(word), needed));
      return Json::object();
    }
    constexpr double exact = 0x1p53;  // beyond it not every integer is a double
    const bool is_out = std::ranges::any_of(numbers, [](double x) { return std::abs(x) > exact; });
    if ((word == "randint" && is_out) || (word == "quniform" && !(numbers[2] > 0))) {
      diagnostics_.error(value.at, "range",
                         fmt::format("{}: {} needs {}", terminal_text(name), word,
                                     word == "randint" ? "integers from -2^53 to 2^53"
                                                       : "a third number above 0"));
      return Json::object();
    }
    const Json first = json_of(value.items[0]), second = json_of(value.items[1]);
    if (word == "randint") return randint(numbers, name);
    if (word == "quniform") return quniform(numbers, name);
    if (word == "uniform") return {{"min", first}, {"max", second}, {"type", "float"}};
    if (word == "loguniform") {
      return {{"min", first}, {"max", second}, {"type", "float"}, {"scale", "log"}};
    }
    if (word == "qloguniform") {
      return {{"distribution", "q_log_uniform_values"},
              {"min", first},
              {"max", second},
              {"q", numbers[2]}};
    }
    const std::map<std::string, std::string> priors = {{"normal", "normal"},
                                                       {"qnormal", "q_normal"},
                                                       {"lognormal", "log_normal"},
                                                       {"qlognormal", "q_log_normal"}};
    const auto prior = priors.find(word);
    if (prior == priors.end()) {
      std::vector<std::string> known = {"choice",   "randint",    "uniform",
                                        "quniform", "loguniform", "qloguniform"};
      for (const auto& [theirs, ours] : priors) known.push_back(theirs);
      read_word(type, name + "._type", known, diagnostics_);
      return Json::object();
    }
    Json read{{"distribution", prior->second}, {"mu", numbers[0]}, {"sigma", numbers[1]}};
    if (needed == 3) read["q"] = numbers[2];
    return read;
  }

  Json randint(const std::vector<double>& numbers, const std::string& name) {
    const auto low = static_cast<std::int64_t>(numbers[0]);
    const auto high = static_cast<std::int64_t>(numbers[1]) - 1;
    note(fmt::format("{}: randint leaves out its upper end, so it goes from {} to {}", name, low,
                     high));
    return {{"min", low}, {"max", high}};
  }

  /// clip(round(uniform(low, high) / q) q, low, high): the multiples of q between the two.
  Json quniform(const std::vector<double>& numbers, const std::string& name) {
    const double q = numbers[2];
    // A quotient a rounding error beside a whole number is one.
    const double low = std::ceil(numbers[0] / q - 1e-9), high = std::floor(numbers[1] / q + 1e-9);
    const bool is_whole = low * q == numbers[0] && high * q == numbers[1];
    if (!is_whole) {
      note(fmt::format("{}: quniform from {} to {} by {} becomes the multiples of {} within", name,
                       numbers[0], numbers[1], q, q));
    }
    return {{"min", is_whole ? numbers[0] : low * q},
            {"max", is_whole ? numbers[1] : high * q},
            {"step", q}};
  }

  const Node& root_;
  Diagnostics& diagnostics_;
  ImportedStudy imported_;
};

}  // namespace

ImportedStudy read_nni(const Node& root, Diagnostics& diagnostics) {
  return ExperimentReader(root, diagnostics).read();
}

}  // namespace winnow::run
