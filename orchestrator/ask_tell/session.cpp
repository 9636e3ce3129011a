#include "orchestrator/ask_tell/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "orchestrator/fault_text.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"
#include "trainer/protocol/strict_json.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t protocol_version = 1;
// Of one ask: as many as the longest study that is measured.
constexpr std::int64_t most_asked = 1'000'000;
constexpr const char* default_method = "auto";

Json ok() { return {{"ok", true}}; }

Json error_json(std::string_view text) { return {{"error", text}}; }

std::vector<Objective> objectives_of(const Request& init) {
  std::vector<Objective> objectives;
  if (!init.has("directions")) return {{"value0"}};
  for (const nlohmann::json& direction : init.array("directions")) {
    if (direction != "minimize" && direction != "maximize")
      throw ConfigError("directions", "expected minimize or maximize, found " + direction.dump());
    objectives.push_back({fmt::format("value{}", objectives.size()),
                          direction == "minimize" ? Direction::minimize : Direction::maximize});
  }
  return objectives;
}

Value option_value(const std::string& name, const nlohmann::json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  throw ConfigError("options." + name, "expected a JSON scalar, found " + json.dump());
}

struct Method {
  std::string name = default_method;
  std::map<std::string, Value> options;
};

Method method_of(const Request& init) {
  Method method;
  if (init.has("options")) {
    const Request given(init.at("options"), "options");
    if (given.has("method")) method.name = given.text("method");
    for (const auto& [name, json] : init.at("options").items())
      if (name != "method" && !json.is_null()) method.options[name] = option_value(name, json);
  }
  // Whether the losses are noisy is a hint, for the methods that want to know.
  const search::SearcherEntry* entry = search::find_searcher(method.name);
  if (!entry || !init.has("noisy") || method.options.contains("noise")) return method;
  const bool wants_to_know =
      std::any_of(entry->options.begin(), entry->options.end(),
                  [](const search::OptionSpec& option) { return option.name == "noise"; });
  if (wants_to_know)
    method.options["noise"] = std::string(init.flag("noisy", true) ? "learnt" : "none");
  return method;
}

/// Any 64 bits, signed or not.
std::uint64_t seed_of(const Request& init) {
  if (!init.has("seed")) return 0;
  const nlohmann::json& seed = init.at("seed");
  if (seed.is_number_unsigned()) return seed.get<std::uint64_t>();
  return static_cast<std::uint64_t>(init.integer("seed"));
}

std::optional<std::int64_t> budget_of(const Request& init) {
  if (!init.has("budget")) return std::nullopt;
  if (const std::int64_t budget = init.integer("budget"); budget >= 1) return budget;
  throw ConfigError("budget", "expected a number of trials, 1 or more");
}

/// How a tell says that the trial ended. Nothing measured: no losses.
Outcome outcome_of(const Request& tell, Suggestion suggestion,
                   const std::vector<Objective>& objectives) {
  Outcome outcome{std::move(suggestion)};
  const std::string state = tell.has("state") ? tell.text("state") : "";
  if (state != "" && state != "fail" && state != "pruned")
    throw ConfigError("state", "expected fail, pruned or no state, found " + state);
  if (state == "pruned") outcome.ending = Ending::stopped;
  if (state == "fail") outcome.ending = Ending::failed;
  if (state == "fail" || (state == "pruned" && !tell.has("values"))) return outcome;
  const nlohmann::json& values = tell.array("values");
  if (values.size() != objectives.size())
    throw ConfigError("values", fmt::format("expected one for each of the {} directions, found {}",
                                            objectives.size(), values.size()));
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (!values[k].is_number() && !values[k].is_null())
      throw ConfigError("values", "expected numbers, found " + values[k].dump());
    if (values[k].is_null()) outcome.ending = Ending::failed;
    if (values[k].is_number())
      outcome.losses.push_back(to_loss(objectives[k], values[k].get<double>()));
  }
  if (outcome.ending == Ending::failed) outcome.losses.clear();
  return outcome;
}

}  // namespace

AskTellSearch::AskTellSearch(const Request& init)
    : form_(init.array("space")),
      cube_(form_.space()),
      objectives_(objectives_of(init)),
      seed_(seed_of(init)) {
  const Method method = method_of(init);
  const search::Setup setup{form_.space(), objectives_, {}, seed_, budget_of(init)};
  try {
    searcher_ = search::make_searcher(method.name, method.options, setup);
  } catch (const ConfigError& error) {
    throw form_.in_words_of_client(error);
  }
}

Json AskTellSearch::ask(const Request& request) {
  const std::int64_t count = request.integer("n", 1);
  if (count < 1 || count > most_asked)
    throw ConfigError("n", fmt::format("expected 1 to {}, found {}", most_asked, count));
  search::Proposal proposal =
      searcher_->ask({TrialNumber{next_number_}, pending_}, static_cast<int>(count));
  if (proposal.suggestions.empty() && !proposal.finished)
    throw ConfigError("ask", "the method waits for a trial that runs: tell one first");
  Json answer = {{"trials", Json::array()}};
  if (proposal.finished) answer["finished"] = true;
  while (proposal.finished && std::ssize(proposal.suggestions) < count) {
    const TrialNumber number{next_number_ + std::ssize(proposal.suggestions)};
    proposal.suggestions.push_back({number, drawn_again(number)});
  }
  for (Suggestion& suggestion : proposal.suggestions) {
    answer["trials"].push_back(
        {{"id", suggestion.number.value}, {"params", form_.to_json(suggestion.point)}});
    pending_.push_back(std::move(suggestion));
  }
  next_number_ += std::ssize(proposal.suggestions);
  return answer;
}

Point AskTellSearch::drawn_again(TrialNumber number) const {
  search::Rng rng(seed_, number.value, "point drawn again");
  std::vector<double> unit_point(cube_.dimension());
  for (double& coordinate : unit_point) coordinate = rng.uniform();
  return cube_.decode(unit_point);
}

Json AskTellSearch::tell(const Request& request) {
  const std::int64_t id = request.integer("id");
  const auto place = std::lower_bound(pending_.begin(), pending_.end(), id,
                                      [](const Suggestion& suggestion, std::int64_t other) {
                                        return suggestion.number.value < other;
                                      });
  if (place == pending_.end() || place->number.value != id)
    throw ConfigError("id", id >= 0 && id < next_number_
                                ? fmt::format("trial {} was told before", id)
                                : fmt::format("there is no trial {}", id));
  const Outcome outcome = outcome_of(request, *place, objectives_);
  pending_.erase(place);
  searcher_->tell(outcome);
  Json answer = ok();
  if (outcome.ending == Ending::failed && !request.has("state")) answer["failed"] = true;
  return answer;
}

AskTellSearch& AskTellSession::search() {
  if (!search_) throw ConfigError("cmd", "init comes first");
  return *search_;
}

Json AskTellSession::answer_to(const Request& request) {
  const std::string& command = request.text("cmd");
  if (command == "ask") return search().ask(request);
  if (command == "tell") return search().tell(request);
  if (command == "init") {
    if (const std::int64_t version = request.integer("v", protocol_version);
        version != protocol_version)
      throw ConfigError("v", fmt::format("this winnow speaks version {} of ask-tell, found {}",
                                         protocol_version, version));
    search_.emplace(request);
    return {{"ok", true}, {"name", "winnow"}, {"version", WINNOW_VERSION}};
  }
  if (command == "stop") {
    is_over_ = true;
    return ok();
  }
  if (command == "report")
    throw ConfigError("cmd", "init did not answer \"reports\": true; tell the trial's end only");
  throw ConfigError("cmd", "expected init, ask, tell or stop, found " + command);
}

std::string AskTellSession::answer(std::string_view line) {
  try {
    const nlohmann::json json = request_line(line);
    return json_line(answer_to(Request(json, "")));
  } catch (const protocol::JsonFault& fault) {
    return json_line(error_json(fault.what()));
  } catch (const ConfigError& error) {
    return json_line(error_json(fault_text(error)));
  }
}

}  // namespace winnow::run
