// What a benchmark found: rows of the table, each with what was to be reached and, where there is
// one, the peer's figure from the same run.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace winnow::bench {

enum class Better { less, more };

struct Figure {
  std::string what;
  std::string unit;
  Better better = Better::less;
  double ours = 0;
  std::optional<double> reach;        // the bound on `ours`
  std::optional<double> peer;         // the same by the peer, in the same unit
  std::optional<double> reach_ratio;  // the bound on ratio()

  /// How many times better than the peer; nothing when it was not measured.
  std::optional<double> ratio() const;
  /// Nothing when no bound was given, or none that could be measured here.
  std::optional<bool> met() const;
};

/// Lines of Markdown, for the terminal and the README alike.
std::string table_of(const std::vector<Figure>& figures);

}  // namespace winnow::bench
