#include "orchestrator/config/yaml.hpp"

#include <fmt/format.h>
#include <libfyaml.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <unordered_set>

#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

Position position_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::ranges::count(before, '\n');
  const std::size_t newline = before.rfind('\n');
  const std::string_view start =
      newline == std::string_view::npos ? before : before.substr(newline + 1);
  return {static_cast<int>(line) + 1, static_cast<int>(terminal_width(start)) + 1};
}

// YAML counts a lone carriage return as a line break too; one kind of break is enough for us.
std::string with_plain_line_breaks(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      plain += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      plain += '\n';
    }
  }
  return plain;
}

// What no parser should see: bytes that are no text.
bool is_text(std::string_view text, Diagnostics& diagnostics) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    diagnostics.error({1, 1}, "not-utf8", "the file is UTF-16; save it as UTF-8");
    return false;
  }
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) {
      diagnostics.error(position_at(text, i), "not-utf8",
                        fmt::format("byte 0x{:02x} is not UTF-8; save the file as UTF-8",
                                    static_cast<unsigned char>(text[i])));
      return false;
    }
    if (text[i] == '\0') {
      diagnostics.error(position_at(text, i), "not-text", "a NUL byte: this is not a text file");
      return false;
    }
    i += length;
  }
  return true;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

struct ParserEnd {
  void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
};
struct DiagEnd {
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};

// Builds the tree from the parser's events. One pass, no recursion: depth is a count, not a stack.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, const YamlLimits& limits, Diagnostics& diagnostics)
      : text_(text), limits_(limits), diagnostics_(diagnostics) {
    fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = nullptr;
    diag_config.output_fn = [](fy_diag*, void*, const char*, std::size_t) {};
    diag_.reset(fy_diag_create(&diag_config));
    expect(diag_ != nullptr, "libfyaml has memory for its diagnostics");
    fy_diag_set_collect_errors(diag_.get(), true);
    fy_parse_cfg config{};
    config.search_path = "";
    config.flags = static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG |
                                                   FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE);
    config.diag = diag_.get();
    parser_.reset(fy_parser_create(&config));
    expect(parser_ != nullptr && fy_parser_set_string(parser_.get(), text.data(), text.size()) == 0,
           "libfyaml takes a text");
  }

  std::optional<Node> build() {
    bool go_on = true;
    while (go_on) {
      fy_event* event = fy_parser_parse(parser_.get());
      if (event == nullptr) break;
      go_on = take(*event);
      fy_parser_event_free(parser_.get(), event);
    }
    if (!go_on) return std::nullopt;
    if (fy_parser_get_stream_error(parser_.get())) {
      report_syntax_error();
      return std::nullopt;
    }
    if (!root_)
      diagnostics_.error({1, 1}, "empty", "the file is empty; a study has at least a name");
    return std::move(root_);
  }

 private:
  // A collection that is not closed yet; `key` waits for its value.
  struct Open {
    Node node;
    std::optional<Entry> key;
    std::unordered_set<std::string> keys;
  };

  // false: the document is not read any further.
  bool take(fy_event& event) {
    const fy_mark* mark = fy_event_start_mark(&event);
    if (mark != nullptr) at_ = {mark->line + 1, mark->column + 1};
    switch (event.type) {
      case FYET_DOCUMENT_START:
        return ++documents_ == 1 ||
               refuse("documents", "a study file has one document, without a second ---");
      case FYET_MAPPING_START:
        check_plain_data(event.mapping_start.tag, event.mapping_start.anchor);
        return open(Node::Kind::mapping);
      case FYET_SEQUENCE_START:
        check_plain_data(event.sequence_start.tag, event.sequence_start.anchor);
        return open(Node::Kind::sequence);
      case FYET_MAPPING_END:
      case FYET_SEQUENCE_END:
        close();
        return true;
      case FYET_SCALAR:
        check_plain_data(event.scalar.tag, event.scalar.anchor);
        return take_scalar(event.scalar.value);
      case FYET_ALIAS:
        return refuse("alias", "aliases (*name) are not accepted; write the value out");
      default:
        return true;
    }
  }

  bool refuse(std::string_view code, std::string message) {
    diagnostics_.error(at_, code, std::move(message));
    return false;
  }

  void check_plain_data(fy_token* tag, fy_token* anchor) {
    if (tag != nullptr) {
      diagnostics_.error(at_, "tag", "tags (!name) are not accepted; a study file is plain data");
    }
    if (anchor != nullptr) {
      diagnostics_.error(at_, "anchor", "anchors (&name) are not accepted; write the value out");
    }
  }

  bool open(Node::Kind kind) {
    if (awaits_key()) return refuse("key", "a key needs to be text, not a list or a mapping");
    if (static_cast<int>(open_.size()) >= limits_.depth) {
      return refuse("too-deep", fmt::format("nested deeper than {} levels", limits_.depth));
    }
    Open opened;
    opened.node.kind = kind;
    opened.node.at = at_;
    open_.push_back(std::move(opened));
    return true;
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    place(std::move(node));
  }

  bool awaits_key() const {
    return !open_.empty() && open_.back().node.kind == Node::Kind::mapping && !open_.back().key;
  }

  bool take_scalar(fy_token* token) {
    if (++scalars_ > limits_.scalars) {
      return refuse("too-large", fmt::format("more than {} words and numbers", limits_.scalars));
    }
    std::size_t length = 0;
    const char* bytes = token == nullptr ? nullptr : fy_token_get_text(token, &length);
    std::string text(bytes == nullptr ? "" : bytes, length);
    const fy_scalar_style style = token == nullptr ? FYSS_PLAIN : fy_token_scalar_style(token);
    // The mark is behind the opening quote.
    if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) at_.column -= 1;
    // Escapes ("\\0", halves of a pair of "\\ud83d") can say what the file's own bytes may not.
    if (text.find('\0') != std::string::npos || !is_utf8(text)) {
      return refuse("not-text", "an escape stands for something that is no character");
    }
    if (awaits_key()) {
      take_key(text);
      return true;
    }
    Node node;
    node.at = at_;
    node.text = std::move(text);
    node.plain = style == FYSS_PLAIN;
    place(std::move(node));
    return true;
  }

  void take_key(const std::string& key) {
    if (key == "<<") diagnostics_.error(at_, "merge", "merge keys (<<) are not accepted");
    if (!open_.back().keys.insert(key).second) {
      diagnostics_.error(at_, "duplicate-key",
                         fmt::format("the key {} is given twice", terminal_text(key)));
    }
    open_.back().key = Entry{key, at_, {}};
  }

  // A finished value goes where it belongs.
  void place(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.kind == Node::Kind::sequence) {
      open_.back().node.items.push_back(std::move(node));
    } else {
      open_.back().key->value = std::move(node);
      open_.back().node.entries.push_back(std::move(*open_.back().key));
      open_.back().key.reset();
    }
  }

  // What libfyaml stumbles over is often the line above: one with a tab goes on with its value.
  std::optional<Position> tab_after(int line) const {
    std::size_t begin = 0;
    for (int number = 1; begin < text_.size(); ++number) {
      const std::size_t first = std::min(text_.find_first_not_of(' ', begin), text_.size() - 1);
      if (number >= line && text_[first] == '\t') {
        return Position{number, static_cast<int>(first - begin) + 1};
      }
      const std::size_t end = text_.find('\n', begin);
      if (end == std::string_view::npos || number > line) return std::nullopt;
      begin = end + 1;
    }
    return std::nullopt;
  }

  void report_syntax_error() {
    void* previous = nullptr;
    const fy_diag_error* error = fy_diag_errors_iterate(diag_.get(), &previous);
    const std::optional<Position> tab =
        error != nullptr ? tab_after(error->line) : std::optional<Position>();
    if (tab) {
      diagnostics_.error(
          *tab, "syntax",
          fmt::format("{}; this line begins with a tab: indent with spaces", error->msg));
    } else if (error != nullptr) {
      diagnostics_.error({error->line, error->column}, "syntax", error->msg);
    } else {
      diagnostics_.error(at_, "syntax", "the text is neither YAML nor JSON from here on");
    }
  }

  std::string_view text_;
  YamlLimits limits_;
  Diagnostics& diagnostics_;
  std::unique_ptr<fy_diag, DiagEnd> diag_;
  std::unique_ptr<fy_parser, ParserEnd> parser_;
  std::vector<Open> open_;
  std::optional<Node> root_;
  Position at_{1, 1};
  std::size_t scalars_ = 0;
  int documents_ = 0;
};

// The index in "[3]…", with the text behind it; nothing when there is none.
std::optional<std::pair<std::size_t, std::string_view>> leading_index(std::string_view path) {
  const std::size_t end = path.find(']');
  if (!path.starts_with('[') || end == std::string_view::npos) return std::nullopt;
  std::size_t index = 0;
  const auto [stop, error] = std::from_chars(path.data() + 1, path.data() + end, index);
  if (error != std::errc{} || stop != path.data() + end) return std::nullopt;
  return std::pair(index, path.substr(end + 1));
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

std::optional<Node> parse_yaml(std::string_view text, const YamlLimits& limits,
                               Diagnostics& diagnostics) {
  if (text.size() > limits.bytes) {
    diagnostics.error({}, "too-large",
                      fmt::format("the file has {} bytes; a study file has at most {}", text.size(),
                                  limits.bytes));
    return std::nullopt;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // a byte order mark says nothing
  if (!is_text(text, diagnostics)) return std::nullopt;
  const std::string plain = with_plain_line_breaks(text);
  return TreeBuilder(plain, limits, diagnostics).build();
}

const Node& resolve_path(const Node& root, std::string_view path) {
  const Node* node = &root;
  while (!path.empty()) {
    if (path.starts_with('.')) path.remove_prefix(1);
    if (const auto index = leading_index(path); index && index->first < node->items.size()) {
      node = &node->items[index->first];
      path = index->second;
      continue;
    }
    // Keys may contain dots: the longest key that the path starts with is meant.
    const Entry* next = nullptr;
    for (const Entry& entry : node->entries) {
      const bool fits = path.starts_with(entry.key) &&
                        (path.size() == entry.key.size() || path[entry.key.size()] == '.' ||
                         path[entry.key.size()] == '[');
      if (fits && (next == nullptr || entry.key.size() > next->key.size())) next = &entry;
    }
    if (next == nullptr) {
      const Node* group = node->find("parameters");  // of parameters, whose names have dots
      if (group == nullptr) return *node;
      node = group;
      continue;
    }
    path.remove_prefix(next->key.size());
    node = &next->value;
  }
  return *node;
}

}  // namespace winnow::run
