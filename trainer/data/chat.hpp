// Conversations as the text that chat models were trained with: who speaks is said by tokens of the
// model's own, and what the model itself has to say ends with one. Written out here are the
// templates of Qwen ("ChatML"), Llama 2, Llama 3 and Zephyr, as the chat_template of their
// tokenizer_config.json has them; a beginning-of-text token is the tokenizer's part.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace winnow::train {

enum class ChatTemplate { chatml, llama2, llama3, zephyr };

/// Throws ConfigError naming `place`.
ChatTemplate parse_chat_template(const std::string& name, const std::string& place);

/// What is wrong with a list of messages, {"role": "user", "content": "…"}: a system message stands
/// first or not at all, then user and assistant take turns, and the assistant answers once at
/// least. Nothing: it is a conversation.
std::optional<std::string> conversation_fault(const nlohmann::json& messages);

struct ChatPart {
  std::string text;
  bool learned = false;  // an answer of the assistant with what ends it
};

/// Up to the last answer, which is the last part; learned and other parts take turns. Each part is
/// tokenised by itself, as a model that is asked gets everything up to its answer as one text.
/// Needs a conversation.
std::vector<ChatPart> chat_parts(const nlohmann::json& messages, ChatTemplate form);

/// The template as Hugging Face's stack reads it (Jinja; `messages`, `add_generation_prompt`): what
/// it makes of a conversation gives the ids that the model was trained with. `beginning` stands
/// before all, see Tokenizer::beginning().
std::string jinja_template(ChatTemplate form, const std::string& beginning);

/// What a tokenizer must have as single tokens, or it is none for this template; the last one ends
/// an answer.
std::vector<std::string> chat_tokens(ChatTemplate form);

}  // namespace winnow::train
