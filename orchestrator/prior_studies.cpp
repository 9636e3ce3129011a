#include "orchestrator/prior_studies.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "orchestrator/past_trials.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/study_folder.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problem/objective.hpp"
#include "storage/rows.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

bool is_database(const std::filesystem::path& file) {
  constexpr std::string_view magic = "SQLite format 3";
  std::array<char, magic.size()> bytes = {};
  std::ifstream(file, std::ios::binary).read(bytes.data(), bytes.size());
  return std::string_view(bytes.data(), bytes.size()) == magic;
}

std::filesystem::path database_of(const std::string& source, const std::filesystem::path& folder,
                                  const std::filesystem::path& root) {
  const std::filesystem::path given = folder / source;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(given, ignored)) {
    if (is_database(given)) return given;
    return find_study(read_study_file(given).config.spec.name, root).database();
  }
  if (std::filesystem::exists(StudyFolder(given).database(), ignored))
    return StudyFolder(given).database();
  return find_study(source, root).database();
}

/// Without the settings that `space` has no parameter for, whose names are added to `foreign`.
std::vector<PastTrial> projected(std::vector<PastTrial> past, const SearchSpace& space,
                                 std::set<std::string>& foreign) {
  for (PastTrial& trial : past) {
    std::erase_if(trial.settings, [&](const auto& setting) {
      if (space.find(setting.first) != nullptr) return false;
      foreign.insert(setting.first);
      return true;
    });
  }
  return past;
}

std::vector<PriorTrial> measured(const store::KnownTrials& known,
                                 const std::vector<Objective>& objectives) {
  std::vector<PriorTrial> trials;
  for (const store::KnownTrial& each : known.trials) {
    if (each.end.ending != Ending::completed) continue;  // infeasible: not here, perhaps
    PriorTrial trial{each.point, {}};
    for (const Objective& objective : objectives)
      trial.losses.push_back(to_loss(objective, each.end.values.at(objective.metric)));
    trials.push_back(std::move(trial));
  }
  return trials;
}

Json record_of(const PriorStudy& study, const std::filesystem::path& database,
               const Knowledge& knowledge, const std::set<std::string>& foreign) {
  Json record{{"source", study.source}, {"store", database.string()}};
  record["parameters_left_out"] = foreign;
  record["left_out"] = Json::object();
  for (const auto& [reason, names] : knowledge.left_out) record["left_out"][reason] = names;
  record["trials"] = Json::array();
  for (const PriorTrial& trial : study.trials)
    record["trials"].push_back(
        Json{{"point", Json::parse(store::point_json(trial.point))}, {"losses", trial.losses}});
  return record;
}

void take(const std::string& source, const StudyConfig& config, const std::filesystem::path& root,
          TakenPriors& taken) {
  const std::string shown = terminal_text(source);
  const std::filesystem::path database = database_of(source, config.folder(), root);
  const store::Store store = store::Store::open_read_only(database);
  std::set<std::string> foreign;
  StudySpec unbounded = config.spec;  // a loss is knowledge also where it breaks a bound of ours
  unbounded.outcome_constraints.clear();
  const Knowledge knowledge =
      knowledge_of(projected(past_trials(store), config.spec.space, foreign), unbounded, source);
  PriorStudy study{source, measured(knowledge.known, config.spec.objectives)};
  std::string left_out;
  for (const std::string& line : knowledge.sentences()) left_out += "; " + terminal_text(line);
  if (study.trials.empty()) {
    throw ConfigError("prior_studies",
                      fmt::format("{} has no trial that says something about this study{}", shown,
                                  left_out.empty() ? ": it has none that has ended" : left_out));
  }
  taken.sentences.push_back(fmt::format(
      "prior study {}: {} trials{}{}", shown, study.trials.size(),
      foreign.empty()
          ? ""
          : terminal_text(fmt::format(", whatever their {} was", fmt::join(foreign, ", "))),
      left_out));
  taken.records.push_back(record_of(study, database, knowledge, foreign)
                              .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  taken.studies.push_back(std::move(study));
}

}  // namespace

TakenPriors take_prior_studies(const StudyConfig& config, const std::filesystem::path& root) {
  TakenPriors taken;
  for (const PriorStudy& named : config.spec.prior_studies) take(named.source, config, root, taken);
  return taken;
}

std::vector<PriorStudy> recorded_prior_studies(const store::Store& store, const StudySpec& spec) {
  std::vector<PriorStudy> studies;
  for (const std::string& text : store.prior_studies()) {
    const Json record = Json::parse(text);
    PriorStudy study{record.at("source").get<std::string>(), {}};
    for (const Json& trial : record.at("trials"))
      study.trials.push_back({store::point_from_json(trial.at("point").dump()),
                              trial.at("losses").get<std::vector<double>>()});
    studies.push_back(std::move(study));
  }
  const bool are_same =
      std::ranges::equal(studies, spec.prior_studies, {}, &PriorStudy::source, &PriorStudy::source);
  if (are_same) return studies;
  throw ConfigError("prior_studies",
                    "the store does not hold what they measured; `winnow db check` says what else "
                    "is wrong with it");
}

}  // namespace winnow::run
