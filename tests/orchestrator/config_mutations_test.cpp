// Every example file, with one fault at a time: each is reported with the line it is on.
#include <catch2/catch.hpp>
#include <sstream>

#include "orchestrator/config/scalar.hpp"
#include "orchestrator/config/yaml.hpp"
#include "tests/orchestrator/config_support.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using namespace winnow::tests;

namespace {

/// A text with one fault, and the line that must be named.
struct Mutant {
  std::string text;
  int line = 0;
  std::string what;  // for messages
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// Mappings whose keys are the user's own names: any key is right.
bool has_free_keys(const std::string& path) {
  return path.ends_with(".env") || path.ends_with(".when") || path.ends_with(".parameters");
}

class Mutations {
 public:
  explicit Mutations(const std::string& text) : lines_(lines_of(text)) {
    Diagnostics diagnostics;
    const std::optional<Node> root = parse_yaml(text, user_file_limits, diagnostics);
    REQUIRE(root);
    visit(*root, "");
    for (std::size_t k = 0; k < lines_.size(); ++k) spoil_line(k);
  }

  const std::vector<Mutant>& all() const { return mutants_; }

 private:
  void add(int line, const std::string& with, const std::string& what) {
    std::vector<std::string> lines = lines_;
    lines[static_cast<std::size_t>(line) - 1] = with;
    mutants_.push_back({joined(lines), line, what});
  }

  /// The columns count characters; these files have their keys and values before any that are not
  /// ASCII on their lines, or they are passed over.
  std::optional<std::size_t> place(Position at, const std::string& text) const {
    const std::string& line = lines_[static_cast<std::size_t>(at.line) - 1];
    const auto column = static_cast<std::size_t>(at.column) - 1;
    const bool is_there = column <= line.size() && line.compare(column, text.size(), text) == 0;
    return is_there && !text.empty() ? std::optional(column) : std::nullopt;
  }

  void visit(const Node& node, const std::string& path) {
    for (const Entry& entry : node.entries) {
      const std::string inner = path + "." + entry.key;
      if (!has_free_keys(path)) misspell(entry, inner);
      visit(entry.value, inner);
    }
    for (const Node& item : node.items) visit(item, path + "[]");
    if (node.kind == Node::Kind::scalar) replace_value(node, path);
  }

  void misspell(const Entry& entry, const std::string& path) {
    const auto column = place(entry.key_at, entry.key);
    if (!column) return;
    std::string line = lines_[static_cast<std::size_t>(entry.key_at.line) - 1];
    add(entry.key_at.line, line.insert(*column + entry.key.size(), "q"), "misspelt " + path);
  }

  void replace_value(const Node& node, const std::string& path) {
    const std::string& line = lines_[static_cast<std::size_t>(node.at.line) - 1];
    const auto column = place(node.at, node.text);
    if (!column || !node.plain) return;
    for (const char* other : {"{oops: 1}", "1_000"}) {
      // Text takes 1_000 as it is.
      const bool is_text = std::holds_alternative<std::string>(meaning_of_plain(node.text));
      if (is_text && other[0] == '1') continue;
      std::string spoilt = line;
      add(node.at.line, spoilt.replace(*column, node.text.size(), other),
          fmt::format("{} for {}", other, path));
    }
  }

  /// Faults of the text itself.
  void spoil_line(std::size_t k) {
    const std::string& line = lines_[k];
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line[begin] == '#' || line[begin] == '-') return;
    const std::size_t colon = line.find(": ");
    const bool is_entry =
        colon != std::string::npos && colon > begin && line.find_first_of("{[\"'") > colon;
    if (!is_entry) return;
    const int number = static_cast<int>(k) + 1;
    add(number, std::string(begin, ' ') + "\t" + line.substr(begin), "a tab");
    // The second of two equal keys is the fault.
    std::vector<std::string> lines = lines_;
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(k), line);
    if (line.find_first_of("{[|>") == std::string::npos) {
      mutants_.push_back({joined(lines), number + 1, "a key twice"});
    }
  }

  std::vector<std::string> lines_;
  std::vector<Mutant> mutants_;
};

std::vector<int> fault_lines(const std::string& text, const std::filesystem::path& file) {
  std::vector<int> lines;
  try {
    parse_study(text, file);
  } catch (const StudyFileError& error) {
    for (const Diagnostic& fault : error.diagnostics()) lines.push_back(fault.at.line);
  }
  return lines;
}

}  // namespace

TEST_CASE("every single fault in every example file is reported on its line") {
  std::size_t mutants = 0;
  for (const char* folder : {"/configs", "/examples"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(WINNOW_SOURCE_DIR) + folder)) {
      if (entry.path().extension() != ".yaml") continue;
      const Mutations mutations(read_text(entry.path()));
      const std::vector<int> own = fault_lines(read_text(entry.path()), entry.path());
      for (const Mutant& mutant : mutations.all()) {
        // What the file itself is refused for (data that was not fetched) hides other faults there.
        if (std::ranges::count(own, mutant.line) > 0) continue;
        ++mutants;
        const std::vector<int> lines = fault_lines(mutant.text, entry.path());
        INFO(entry.path().filename().string() << ":" << mutant.line << " " << mutant.what << "\n"
                                              << mutant.text);
        // A tab may make a line the rest of a text above it: then that text's line is named.
        const bool may_continue = mutant.what == std::string_view("a tab");
        CHECK(std::ranges::any_of(lines, [&](int line) {
          return line == mutant.line || (may_continue && line < mutant.line);
        }));
      }
    }
  }
  CHECK(mutants > 300);
}
