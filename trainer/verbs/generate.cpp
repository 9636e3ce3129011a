#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "trainer/arguments.hpp"
#include "trainer/data/causal_rows.hpp"
#include "trainer/data/chat.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/fitting_tokenizer.hpp"
#include "trainer/model/generation.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {
namespace {

double number(const Arguments& arguments, const char* name, double default_value, double most) {
  const auto text = arguments.option(name);
  if (!text) return default_value;
  double value = 0.0;
  const char* end = text->data() + text->size();
  const auto [stopped_at, failure] = std::from_chars(text->data(), end, value);
  if (failure == std::errc() && stopped_at == end && value >= 0.0 && value <= most) return value;
  throw ConfigError(std::string("--") + name,
                    fmt::format("expected a number from 0 to {}, found \"{}\"", most, *text));
}

/// What a chat model gets to see of a question, up to where its answer begins.
std::string asked(const std::string& question, ChatTemplate form,
                  const std::optional<std::string>& system) {
  nlohmann::json messages = nlohmann::json::array();
  if (system) messages.push_back({{"role", "system"}, {"content", *system}});
  messages.push_back({{"role", "user"}, {"content", question}});
  messages.push_back({{"role", "assistant"}, {"content", ""}});
  return chat_parts(messages, form).front().text;
}

/// The text after a prompt.
std::string written(const CausalModel& model, const Tokenizer& tokenizer, const std::string& prompt,
                    const GenerationOptions& options) {
  std::vector<std::int32_t> tokens = tokenizer.encode_beginning(prompt);
  if (tokens.empty()) {
    throw ConfigError("prompt", "gives no token to begin with; write one word at least");
  }
  if (static_cast<std::int64_t>(tokens.size()) > model.max_tokens()) {
    throw ConfigError("prompt",
                      fmt::format("has {} tokens, and the model has room for {}; shorten it",
                                  tokens.size(), model.max_tokens()));
  }
  return tokenizer.decode(continuation(model, std::move(tokens), options));
}

}  // namespace

int run_generate(Words words) {
  const Arguments arguments({{"DIR"},
                             {"prompt", "chat-template", "system", "new-tokens", "temperature",
                              "top-p", "seed", "threads"},
                             {}},
                            words);
  set_threads(static_cast<int>(arguments.integer("threads", 1, 1, 1024)));
  const LoadedCausalModel loaded = load_causal_model(arguments.positional(0), choose_device());
  const DecoderConfig& decoder = loaded.model->config();
  const Tokenizer tokenizer =
      load_fitting_tokenizer(loaded.base, {decoder.vocabulary_size, decoder.max_positions},
                             static_cast<std::size_t>(decoder.max_positions));
  GenerationOptions options;
  // Beyond 100 every token is as likely as any other.
  options.sampling = {number(arguments, "temperature", 0.0, 100.0),
                      number(arguments, "top-p", 1.0, 1.0)};
  options.new_tokens = arguments.integer("new-tokens", options.new_tokens, 1, 1L << 20);
  options.seed = static_cast<std::uint64_t>(arguments.integer("seed", 0, 0, 1L << 53));
  std::optional<ChatTemplate> chat;
  const std::optional<std::string> system = arguments.option("system");
  if (const auto form = arguments.option("chat-template")) {
    chat = parse_chat_template(*form, "--chat-template");
    options.end = chat_end(tokenizer, *chat);
  } else if (system) {
    throw ConfigError("--system", "needs --chat-template, which says where it stands");
  }
  const auto answer = [&](const std::string& prompt) {
    const std::string whole = chat ? asked(prompt, *chat, system) : prompt;
    fmt::print("{}\n", written(*loaded.model, tokenizer, whole, options));
  };
  if (const auto prompt = arguments.option("prompt")) {
    answer(*prompt);
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) answer(line);
  return 0;
}

}  // namespace winnow::train
