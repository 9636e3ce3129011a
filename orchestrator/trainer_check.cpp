#include "orchestrator/trainer_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <set>

#include "orchestrator/config/read_trial.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/trainer_binary.hpp"
#include "orchestrator/trainer_verb.hpp"
#include "storage/rows.hpp"
#include "trainer/protocol/settings.hpp"

namespace winnow::run {
namespace {

using nlohmann::json;

// What decides what a trial reads, and how its parts have to fit together.
constexpr std::array<std::string_view, 28> of_inputs = {"task",
                                                        "model",
                                                        "adapter",
                                                        "adaptation",
                                                        "train_data",
                                                        "validation_data",
                                                        "test_data",
                                                        "evaluate_test",
                                                        "text_column",
                                                        "label_column",
                                                        "prompt_column",
                                                        "completion_column",
                                                        "max_length",
                                                        "folds",
                                                        "fold",
                                                        "trainable_layers",
                                                        "initial_weights",
                                                        "virtual_tokens",
                                                        "multi_label",
                                                        "validation_share",
                                                        "test_share",
                                                        "drop_repeated_rows",
                                                        "messages_column",
                                                        "chat_template",
                                                        "prompt_template",
                                                        "instruction",
                                                        "few_shot_rows",
                                                        "transferred_layers"};

// Every one of them may mean a model and files of its own, a second each; studies have a few.
constexpr std::size_t most_looks = 64;

/// Goes through the space as a tree: a parameter that matters takes each value that needs to be
/// looked at, any other its lowest.
class InputPoints {
 public:
  explicit InputPoints(const StudySpec& spec) : spec_(spec) {
    for (const Parameter& parameter : spec.space.parameters()) {
      for (const Condition& condition : parameter.conditions) branches_.insert(condition.parameter);
    }
    branches_.insert(of_inputs.begin(), of_inputs.end());
    extend(0, {});
  }
  const std::vector<Point>& points() const { return points_; }
  bool all() const { return all_; }

 private:
  void extend(std::size_t k, const Point& point) {
    if (!all_) return;
    if (k == spec_.space.size()) return finish(point);
    const Parameter& parameter = spec_.space.parameters()[k];
    if (!spec_.space.is_active(parameter, point)) return extend(k + 1, point);
    std::vector<Value> values = extreme_values(parameter.domain);
    if (!branches_.contains(parameter.name)) values.resize(1);
    for (Value& value : values) {
      Point next = point;
      next.set(parameter.name, std::move(value));
      extend(k + 1, next);
    }
  }
  void finish(const Point& point) {
    if (broken_rule(spec_.rules, point)) return;
    all_ = points_.size() < most_looks;
    if (all_) points_.push_back(with_derived(spec_.rules, point));
  }

  const StudySpec& spec_;
  std::set<std::string, std::less<>> branches_;
  std::vector<Point> points_;
  bool all_ = true;
};

/// "/data/rows.jsonl:17" as its file and line; line 0 where there is none.
std::pair<std::string, int> file_and_line(const std::string& place) {
  const std::size_t colon = place.rfind(':');
  if (colon == std::string::npos) return {place, 0};
  int line = 0;
  const char* end = place.data() + place.size();
  const auto [stop, error] = std::from_chars(place.data() + colon + 1, end, line);
  if (error != std::errc{} || stop != end) return {place, 0};
  return {place.substr(0, colon), line};
}

void add_fault(const json& fault, const StudyReading& reading, Diagnostics& diagnostics) {
  const auto setting = fault.at("setting").get<std::string>();
  const auto place = fault.at("place").get<std::string>();
  const std::string message = terminal_text(fault.at("message").get<std::string>());
  const bool is_searched = reading.config.spec.space.find(setting) != nullptr;
  const std::string what = (is_searched ? "parameters." : "trainer.") + setting;
  const auto known = reading.setting_places.find(setting);
  const Position at = known == reading.setting_places.end() ? Position{} : known->second;
  if (place == setting) {
    return diagnostics.error(at, "input", fmt::format("{} {}", what, message));
  }
  const auto [file, line] = file_and_line(place);
  if (line > 0) return diagnostics.error_in(file, line, "row", message);
  diagnostics.error(at, "input", fmt::format("{}: {}: {}", what, terminal_text(place), message));
}

/// Paths that are searched start at the study's folder, where trials run; those of the block are
/// whole already.
void resolve_paths(json& settings, const std::filesystem::path& folder) {
  for (const protocol::Setting& setting : protocol::settings()) {
    const auto given = settings.find(setting.name);
    if (setting.kind != protocol::SettingKind::path || given == settings.end()) continue;
    *given = (folder / given->get<std::string>()).lexically_normal().string();
  }
}

bool has_trainer(StudyReading& reading) {
  try {
    trainer_path();
    return true;
  } catch (const SystemError& error) {
    reading.warnings.push_back(
        {{},
         "not-checked",
         fmt::format("the model and the rows were not looked at: {}", error.what())});
    return false;
  }
}

json faults_of(const std::vector<json>& settings) {
  const TrainerAnswer answer =
      ask_trainer({"check", "/dev/stdin", "--json"}, json(settings).dump());
  const json object = json::parse(answer.output, nullptr, /*allow_exceptions=*/false);
  if (object.is_object() && object.value("version", 0) == 1 && object.contains("faults")) {
    return object.at("faults");
  }
  throw SystemError("look at the study's model and rows",
                    fmt::format("{} ended with code {} and no answer that this winnow understands; "
                                "`./bootstrap build` makes both of one version",
                                trainer_path().string(), answer.exit_code));
}

}  // namespace

TrialInputs trial_inputs(const StudyConfig& config) {
  const json& block = std::get<TrainerProgram>(config.program).settings;
  const InputPoints found(config.spec);
  TrialInputs inputs;
  inputs.all = found.all();
  for (const Point& point : found.points()) {
    json settings = block;
    settings.update(json::parse(store::point_json(point)));
    resolve_paths(settings, config.folder());
    if (std::ranges::find(inputs.settings, settings) == inputs.settings.end()) {
      inputs.settings.push_back(std::move(settings));
    }
  }
  return inputs;
}

void check_trainer_inputs(StudyReading& reading) {
  if (!std::holds_alternative<TrainerProgram>(reading.config.program)) return;
  if (!has_trainer(reading)) return;
  const TrialInputs inputs = trial_inputs(reading.config);
  if (!inputs.all) {
    reading.warnings.push_back(
        {{},
         "not-checked",
         fmt::format("more than {} combinations of models, rows and their settings: of the "
                     "others nothing was looked at",
                     most_looks)});
  }
  Diagnostics diagnostics;
  for (const json& fault : faults_of(inputs.settings)) add_fault(fault, reading, diagnostics);
  if (diagnostics.has_errors()) {
    throw StudyFileError(diagnostics.errors(), reading.file, reading.config.text);
  }
}

}  // namespace winnow::run
