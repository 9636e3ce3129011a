// A search space as a client of `winnow ask-tell` writes it, and points as it reads them. Names and
// choices are the client's: any text, any JSON scalars, given back as they came. Inside, parameters
// are called p0, p1, … and choices are their places in the list.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "searchers/problem/error.hpp"
#include "searchers/problem/search_space.hpp"

namespace winnow::run {

class SpaceForm {
 public:
  /// `parameters`: the array `space` of an init request. Throws ConfigError with the first fault of
  /// each parameter.
  explicit SpaceForm(const nlohmann::json& parameters);

  const SearchSpace& space() const { return space_; }

  /// The same faults, where they are of parameters (`parameters.p0.min`) at the places and in the
  /// words that the client has for them: `space[0] ("lr")`, low.
  ConfigError in_words_of_client(const ConfigError& error) const;

  /// {"lr":0.01,"act":"relu"}: the active parameters only. Needs: a point of space().
  nlohmann::ordered_json to_json(const Point& point) const;

 private:
  struct Parameter {
    std::string name;
    std::vector<nlohmann::ordered_json> choices;  // of a cat, else empty
  };
  std::vector<Parameter> parameters_;  // in the order of the space, which is that of the client
  SearchSpace space_;
};

}  // namespace winnow::run
