#include "orchestrator/config/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "orchestrator/config/parameter_words.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

// Whatever position it had in the text of the override says nothing about the file.
void forget_positions(Node& node) {
  node.at = {};
  for (Node& item : node.items) forget_positions(item);
  for (Entry& entry : node.entries) {
    entry.key_at = {};
    forget_positions(entry.value);
  }
}

Node value_of(std::string_view override_text, std::string_view value) {
  Node node;
  if (value.empty()) {
    node.plain = true;
    return node;
  }
  Diagnostics diagnostics;
  std::optional<Node> parsed = parse_yaml(value, user_file_limits, diagnostics);
  if (!parsed || diagnostics.has_errors()) {
    const auto errors = diagnostics.errors();
    throw ConfigError(terminal_text(override_text),
                      "the value cannot be read: " +
                          (errors.empty() ? std::string("no value") : errors.front().message));
  }
  forget_positions(*parsed);
  return *std::move(parsed);
}

/// A whole parameter: a mapping as in the file, a range or choice in other tools' words, a list of
/// values, or its only value.
Node parameter_of(std::string_view override_text, std::string_view text) {
  Node node = value_of(override_text, parameter_from_words(text));
  if (node.kind == Node::Kind::mapping) return node;
  Node parameter;
  parameter.kind = Node::Kind::mapping;
  const char* key = node.kind == Node::Kind::sequence ? "values" : "value";
  parameter.entries.push_back({key, {}, std::move(node)});
  return parameter;
}

/// The longest key that `path` begins with, since keys may hold dots; nullptr when there is none.
Entry* entry_for(Node& node, std::string_view path) {
  Entry* found = nullptr;
  for (Entry& entry : node.entries) {
    const bool fits = path.starts_with(entry.key) &&
                      (path.size() == entry.key.size() || path[entry.key.size()] == '.');
    if (fits && (found == nullptr || entry.key.size() > found->key.size())) found = &entry;
  }
  return found;
}

}  // namespace

Node mapping_of(const std::vector<std::string>& words) {
  Node mapping;
  mapping.kind = Node::Kind::mapping;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw ConfigError(terminal_text(word), "expected NAME=VALUE, such as learning_rate=0.01");
    }
    const std::string name = word.substr(0, equals);
    if (mapping.find(name) != nullptr) throw ConfigError(terminal_text(word), "it is given twice");
    mapping.entries.push_back(
        {name, {}, value_of(word, std::string_view(word).substr(equals + 1))});
  }
  return mapping;
}

void apply_override(Node& root, std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw ConfigError(terminal_text(text), "expected KEY=VALUE, such as limits.max_trials=50");
  }
  std::string_view path = text.substr(0, equals);
  const std::string_view value = text.substr(equals + 1);
  Node* node = &root;
  bool is_among_parameters = false;
  while (true) {
    Entry* entry = entry_for(*node, path);
    if (entry == nullptr) {
      const std::size_t dot = path.find('.');
      const std::string key(path.substr(0, dot));
      if (key.empty() || node->kind != Node::Kind::mapping) {
        throw ConfigError(terminal_text(text), fmt::format("there is no place for `{}` in the file",
                                                           terminal_text(path)));
      }
      Node made;
      if (dot != std::string_view::npos) made.kind = Node::Kind::mapping;
      node->entries.push_back({key, {}, std::move(made)});
      entry = &node->entries.back();
    }
    path.remove_prefix(entry->key.size());
    if (path.empty()) {
      entry->value = is_among_parameters ? parameter_of(text, value) : value_of(text, value);
      return;
    }
    path.remove_prefix(1);
    is_among_parameters = entry->key == "parameters";
    node = &entry->value;
  }
}

}  // namespace winnow::run
