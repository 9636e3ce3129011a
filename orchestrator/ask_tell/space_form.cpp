#include "orchestrator/ask_tell/space_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "orchestrator/ask_tell/request.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::json;

std::string inner_name(std::size_t k) { return fmt::format("p{}", k); }

Domain real_of(const Json& form, const std::string& place) {
  const Request fields(form, place);
  return Real{fields.number("low"), fields.number("high"),
              fields.flag("log", false) ? Scale::log : Scale::linear};
}

Domain integer_of(const Json& form, const std::string& place) {
  const Request fields(form, place);
  return Integer{fields.integer("low"), fields.integer("high"),
                 fields.flag("log", false) ? Scale::log : Scale::linear};
}

Domain categorical_of(std::size_t choices) {
  Categorical places;
  for (std::size_t k = 0; k < choices; ++k) places.choices.push_back(static_cast<std::int64_t>(k));
  return places;
}

std::vector<nlohmann::ordered_json> choices_of(const Json& form, const std::string& place) {
  const Json& list = Request(form, place).array("choices");
  std::vector<nlohmann::ordered_json> choices;
  std::map<std::string, std::size_t> seen;
  for (const Json& choice : list) {
    if (choice.is_structured())
      throw ConfigError(place + ".choices", "expected JSON scalars, found " + choice.dump());
    if (!seen.emplace(choice.dump(), seen.size()).second)
      throw ConfigError(place + ".choices", choice.dump() + " is listed twice");
    choices.emplace_back(choice);
  }
  return choices;
}

// The place of `choice` in the list; a number may be written otherwise there (1 and 1.0).
std::optional<std::size_t> place_of(const nlohmann::ordered_json& choice,
                                    const std::vector<nlohmann::ordered_json>& choices) {
  auto found = std::find_if(choices.begin(), choices.end(),
                            [&](const auto& other) { return other.dump() == choice.dump(); });
  if (found == choices.end()) found = std::find(choices.begin(), choices.end(), choice);
  if (found == choices.end()) return std::nullopt;
  return static_cast<std::size_t>(found - choices.begin());
}

/// Faults of a space name its own words; the client's are others.
ConfigError in_words_of_client(const ConfigError& error, const std::vector<std::string>& names) {
  std::vector<Fault> faults;
  for (const Fault& fault : error.faults()) {
    const std::string_view inner = std::string_view(fault.place).substr(sizeof("parameters.") - 1);
    std::size_t k = 0;
    while (k < names.size() && inner.substr(0, inner.find('.')) != inner_name(k)) ++k;
    expect(k < names.size(), "a fault of one of the parameters");
    faults.push_back({fmt::format("space[{}] (\"{}\")", k, names[k]), fault.message});
  }
  return ConfigError(std::move(faults));
}

}  // namespace

SpaceForm::SpaceForm(const Json& parameters) {
  std::map<std::string, std::size_t> index;  // of the parameters so far
  std::vector<winnow::Parameter> inner;
  std::vector<std::string> names;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const std::string place = fmt::format("space[{}]", k);
    const Request form(parameters[k], place);
    Parameter own{form.text("name"), {}};
    if (index.contains(own.name))
      throw ConfigError(place + ".name", "there are two parameters called " + own.name);
    const std::string type = form.text("type");
    Domain domain;
    if (type == "float") {
      domain = real_of(parameters[k], place);
    } else if (type == "int") {
      domain = integer_of(parameters[k], place);
    } else if (type == "cat") {
      own.choices = choices_of(parameters[k], place);
      domain = categorical_of(own.choices.size());
    } else {
      throw ConfigError(place + ".type", "expected float, int or cat, found " + type);
    }
    winnow::Parameter parameter{inner_name(k), std::move(domain)};
    if (form.has("when")) {
      const Request when(form.at("when"), place + ".when");
      const auto parent = index.find(when.text("param"));
      if (parent == index.end() || parameters_[parent->second].choices.empty())
        throw ConfigError(place + ".when.param",
                          "expected the name of an earlier cat, found " + when.text("param"));
      Condition condition{inner_name(parent->second), {}};
      for (const Json& choice : when.array("in")) {
        const auto at = place_of(choice, parameters_[parent->second].choices);
        if (!at)
          throw ConfigError(place + ".when.in",
                            fmt::format("{} is no choice of {}", choice.dump(), parent->first));
        condition.any_of.push_back(static_cast<std::int64_t>(*at));
      }
      parameter.conditions.push_back(std::move(condition));
    }
    index.emplace(own.name, k);
    names.push_back(own.name);
    parameters_.push_back(std::move(own));
    inner.push_back(std::move(parameter));
  }
  try {
    space_ = SearchSpace(std::move(inner));
  } catch (const ConfigError& error) {
    throw in_words_of_client(error, names);
  }
}

nlohmann::ordered_json SpaceForm::to_json(const Point& point) const {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  std::size_t k = 0;
  for (const auto& [name, value] : point.entries()) {
    while (space_.parameters()[k].name != name) ++k;
    const Parameter& own = parameters_[k];
    json[own.name] = own.choices.empty()
                         ? run::to_json(value)
                         : own.choices[static_cast<std::size_t>(std::get<std::int64_t>(value))];
  }
  return json;
}

}  // namespace winnow::run
