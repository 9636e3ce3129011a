#include "orchestrator/ask_tell/space_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "orchestrator/ask_tell/request.hpp"
#include "orchestrator/report/json_forms.hpp"

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

// What a study file says for what the protocol says: the keys of a parameter, and how they are
// given.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> client_words = {
    {{"give it a step or a list of values", "make it an int or a cat"},
     {"give a step or list the values", "make it an int or a cat"},
     {"use a longer step, or a number without a step", "make it a float"},
     {"scale: linear", "log: false"},
     {"min", "low"},
     {"max", "high"},
     {"method_options", "options"}}};

bool is_part_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Where `word` stands alone it becomes `other`.
std::string with_word(std::string text, std::string_view word, std::string_view other) {
  std::size_t at = text.find(word);
  while (at != std::string::npos) {
    const std::size_t end = at + word.size();
    const bool stands_alone = (at == 0 || !is_part_of_word(text[at - 1])) &&
                              (end == text.size() || !is_part_of_word(text[end]));
    if (stands_alone) text.replace(at, word.size(), other);
    at = text.find(word, at + (stands_alone ? other.size() : 1));
  }
  return text;
}

}  // namespace

SpaceForm::SpaceForm(const Json& parameters) {
  std::map<std::string, std::size_t> index;  // of the parameters so far
  std::vector<winnow::Parameter> inner;
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
    parameters_.push_back(std::move(own));
    inner.push_back(std::move(parameter));
  }
  try {
    space_ = SearchSpace(std::move(inner));
  } catch (const ConfigError& error) {
    throw in_words_of_client(error);
  }
}

ConfigError SpaceForm::in_words_of_client(const ConfigError& error) const {
  constexpr std::string_view of_parameters = "parameters.";
  std::vector<Fault> faults;
  for (Fault fault : error.faults()) {
    if (fault.place.starts_with(of_parameters)) {
      const std::string inner = fault.place.substr(of_parameters.size());
      std::size_t k = 0;
      while (k < parameters_.size() && inner.substr(0, inner.find('.')) != inner_name(k)) ++k;
      expect(k < parameters_.size(), "a fault of one of the parameters");
      fault.place = fmt::format("space[{}] (\"{}\")", k, parameters_[k].name);
    }
    if (fault.place == "parameters") fault.place = "space";
    fault.place = with_word(fault.place, "method_options", "options");
    for (const auto& [word, other] : client_words)
      fault.message = with_word(fault.message, word, other);
    faults.push_back(std::move(fault));
  }
  return ConfigError(std::move(faults));
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
