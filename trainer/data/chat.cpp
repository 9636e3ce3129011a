#include "trainer/data/chat.hpp"

#include <fmt/format.h>

#include <string_view>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

/// Text without white space at its ends.
std::string trimmed(const std::string& text) {
  constexpr std::string_view blanks = " \t\n\v\f\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Puts parts together: what is not learned and stands side by side is one part.
class Parts {
 public:
  void read(const std::string& text) {
    if (parts_.empty() || parts_.back().learned) parts_.push_back({"", false});
    parts_.back().text += text;
  }
  void learn(const std::string& text) { parts_.push_back({text, true}); }

  /// Nothing is learned from what comes after the last answer.
  std::vector<ChatPart> finish() {
    if (!parts_.back().learned) parts_.pop_back();
    return std::move(parts_);
  }

 private:
  std::vector<ChatPart> parts_;
};

/// A header before each message, and an end behind it.
struct Marked {
  std::string before_role, after_role, end, after_end;
  bool trims = false;
};

std::vector<ChatPart> marked_parts(const json& messages, const Marked& marks) {
  Parts parts;
  for (const json& message : messages) {
    const auto role = message.at("role").get<std::string>();
    const auto given = message.at("content").get<std::string>();
    const std::string content = marks.trims ? trimmed(given) : given;
    parts.read(marks.before_role + role + marks.after_role);
    if (role == "assistant") {
      parts.learn(content + marks.end);
    } else {
      parts.read(content + marks.end);
    }
    parts.read(marks.after_end);
  }
  return parts.finish();
}

/// Llama 2 has no header of its own for a system message, which becomes part of the first question.
/// The blank before an answer is the one that its tokenizer puts before every text.
std::vector<ChatPart> llama2_parts(const json& messages) {
  Parts parts;
  std::string system;
  for (const json& message : messages) {
    const auto role = message.at("role").get<std::string>();
    const auto content = message.at("content").get<std::string>();
    if (role == "system") {
      system = "<<SYS>>\n" + content + "\n<</SYS>>\n\n";
    } else if (role == "user") {
      parts.read("[INST] " + trimmed(system + content) + " [/INST]");
      system.clear();
    } else {
      parts.learn(trimmed(content) + " </s>");
      parts.read("<s>");
    }
  }
  return parts.finish();
}

std::optional<std::string> message_fault(const json& message) {
  if (!message.is_object()) return "is no object with role and content";
  for (const char* key : {"role", "content"}) {
    const auto found = message.find(key);
    if (found == message.end() || !found->is_string()) {
      return fmt::format("needs \"{}\" as text", key);
    }
  }
  return std::nullopt;
}

}  // namespace

ChatTemplate parse_chat_template(const std::string& name, const std::string& place) {
  if (name == "chatml") return ChatTemplate::chatml;
  if (name == "llama2") return ChatTemplate::llama2;
  if (name == "llama3") return ChatTemplate::llama3;
  if (name == "zephyr") return ChatTemplate::zephyr;
  throw ConfigError(place, "must be chatml, llama2, llama3 or zephyr, found " + name);
}

std::optional<std::string> conversation_fault(const json& messages) {
  if (!messages.is_array() || messages.empty()) return "must be a list of messages";
  std::string expected = "user";
  bool answered = false;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (const auto fault = message_fault(messages[i])) {
      return fmt::format("message {} {}", i + 1, *fault);
    }
    const auto role = messages[i].at("role").get<std::string>();
    if (i == 0 && role == "system") continue;
    if (role != expected) {
      return fmt::format("message {} must be of the {}, found \"{}\"", i + 1, expected, role);
    }
    answered = answered || role == "assistant";
    expected = role == "user" ? "assistant" : "user";
  }
  if (!answered) return "has no answer of the assistant to learn";
  return std::nullopt;
}

std::vector<ChatPart> chat_parts(const json& messages, ChatTemplate form) {
  switch (form) {
    case ChatTemplate::chatml:
      return marked_parts(messages, {"<|im_start|>", "\n", "<|im_end|>", "\n"});
    case ChatTemplate::llama2:
      return llama2_parts(messages);
    case ChatTemplate::llama3:
      return marked_parts(messages,
                          {"<|start_header_id|>", "<|end_header_id|>\n\n", "<|eot_id|>", "", true});
    case ChatTemplate::zephyr:
      return marked_parts(messages, {"<|", "|>\n", "</s>", "\n"});
  }
  throw BrokenExpectation("a chat template of no known form");
}

std::vector<std::string> chat_tokens(ChatTemplate form) {
  switch (form) {
    case ChatTemplate::chatml:
      return {"<|im_start|>", "<|im_end|>"};
    case ChatTemplate::llama2:
      return {"<s>", "</s>"};
    case ChatTemplate::llama3:
      return {"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"};
    case ChatTemplate::zephyr:
      return {"</s>"};
  }
  throw BrokenExpectation("a chat template of no known form");
}

}  // namespace winnow::train
