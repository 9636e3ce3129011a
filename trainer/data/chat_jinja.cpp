#include <fmt/format.h>

#include "trainer/data/chat.hpp"
#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

/// One message after the other, and the header of the answer that is asked for. In one line: Jinja
/// keeps every line end that stands in a template.
std::string for_each_message(const std::string& beginning, const std::string& message,
                             const std::string& header_of_answer) {
  const std::string written =
      fmt::format("{}{{% for message in messages %}}{}{{% endfor %}}", beginning, message);
  if (header_of_answer.empty()) return written;
  return fmt::format("{}{{% if add_generation_prompt %}}{}{{% endif %}}", written,
                     header_of_answer);
}

// The blank before an answer is the one that chat.cpp leaves to the tokenizer.
constexpr const char* llama2_message =
    "{% if message['role'] == 'user' %}{% if loop.index0 > 1 %}<s>{% endif %}"
    "{% if loop.index0 == 1 and messages[0]['role'] == 'system' %}"
    "{{ '[INST] ' + ('<<SYS>>\\n' + messages[0]['content'] + '\\n<</SYS>>\\n\\n' + "
    "message['content']) | trim + ' [/INST]' }}"
    "{% else %}{{ '[INST] ' + message['content'] | trim + ' [/INST]' }}{% endif %}"
    "{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] | trim + ' </s>' }}"
    "{% endif %}";

}  // namespace

std::string jinja_template(ChatTemplate form, const std::string& beginning) {
  switch (form) {
    case ChatTemplate::chatml:
      return for_each_message(
          beginning,
          "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}",
          "{{ '<|im_start|>assistant\\n' }}");
    case ChatTemplate::llama2:
      return for_each_message(beginning, llama2_message, "");
    case ChatTemplate::llama3:
      return for_each_message(
          beginning,
          "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + "
          "message['content'] | trim + '<|eot_id|>' }}",
          "{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}");
    case ChatTemplate::zephyr:
      return for_each_message(
          beginning, "{{ '<|' + message['role'] + '|>\\n' + message['content'] + '</s>\\n' }}",
          "{{ '<|assistant|>\\n' }}");
  }
  throw BrokenExpectation("a chat template of no known form");
}

}  // namespace winnow::train
