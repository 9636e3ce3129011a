// winnow-trainer: finds the verb, and turns errors into messages and exit codes.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "trainer/errors.hpp"
#include "trainer/protocol/exit_code.hpp"
#include "trainer/verbs/verb.hpp"

namespace {

using winnow::train::Words;

struct Verb {
  const char* name;
  const char* usage;
  const char* summary;
  int (*run)(Words);
};

constexpr std::array verbs = {
    Verb{"train", "CONFIG.json", "fine-tune as the settings say", winnow::train::run_train},
    Verb{"check", "CONFIG.json [--json]",
         "look at the model and the rows that settings name; the file may be a list of them",
         winnow::train::run_check},
    Verb{"data", "CONFIG.json [--json]",
         "say what the rows are like that settings name, and whether they keep the limits",
         winnow::train::run_data},
    Verb{"export", "--checkpoint DIR --out DIR [--card FILE]",
         "write a checkpoint as a Hugging Face folder", winnow::train::run_export},
    Verb{"merge", "ADAPTER --out DIR [--base DIR]",
         "add a PEFT adapter to its base model and write the whole", winnow::train::run_merge},
    Verb{"evaluate",
         "DIR --data FILE [--text-column N] [--label-column N] [--max-length N]"
         " [--prompt-column N --completion-column N] [--messages-column N [--chat-template NAME]]"
         " [--prompt-template TEXT [--instruction TEXT] [--examples FILE --few-shot-rows N"
         " [--few-shot-choice NAME] [--data-seed N]]] [--truncation-side NAME] [--new-tokens N]"
         " [--predictions OUT.jsonl] [--threads N]",
         "measure an exported folder on rows it has not seen", winnow::train::run_evaluate},
    Verb{"baseline",
         "MODEL --train FILE --data FILE [--max-length N] [--predictions OUT.jsonl]"
         " [--text-column N] [--label-column N] [--cache-dir DIR] [--threads N]",
         "logistic regression on frozen features", winnow::train::run_baseline},
    Verb{"encode", "MODEL [--max-length N] [--pooling mean|cls] [--threads N]",
         "lines of text in, vectors as JSON out", winnow::train::run_encode},
    Verb{"perplexity",
         "DIR --data FILE [--text-column N | --prompt-column N --completion-column N |"
         " --messages-column N [--chat-template NAME]]"
         " [--max-length N] [--threads N]",
         "loss and perplexity of a language model", winnow::train::run_perplexity},
    Verb{"generate",
         "DIR [--prompt TEXT] [--chat-template NAME [--system TEXT]] [--new-tokens N]"
         " [--temperature X] [--top-p X] [--seed N] [--threads N]",
         "continue a prompt, or each line of the input, or answer it as a chat model",
         winnow::train::run_generate},
    Verb{"import", "LLAMA2C_FILE --out DIR [--tokenizer DIR|TOKENIZER.bin]",
         "turn a model of llama2.c into a Hugging Face folder", winnow::train::run_import},
    Verb{"tokenize", "DIR [--max-length N]", "lines of text in, token ids as JSON out",
         winnow::train::run_tokenize},
    Verb{"settings", "", "the settings of `train`", winnow::train::run_settings},
    Verb{"--describe", "", "the same as JSON", winnow::train::run_describe},
    Verb{"doctor", "--json [--threads N]", "libtorch, BLAS and its speed",
         winnow::train::run_doctor},
    Verb{"--version", "", "version, libtorch, BLAS", winnow::train::run_version},
};

void print_usage(std::FILE* out) {
  fmt::print(out, "usage:\n");
  for (const Verb& verb : verbs) {
    fmt::print(out, "  winnow-trainer {} {}\n      {}\n", verb.name, verb.usage, verb.summary);
  }
}

int run(const std::vector<std::string>& words) {
  constexpr int usage_wrong = static_cast<int>(winnow::protocol::ExitCode::config_wrong);
  if (words.empty()) {
    print_usage(stderr);
    return usage_wrong;
  }
  if (words.front() == "--help" || words.front() == "help") {
    print_usage(stdout);
    return 0;
  }
  for (const Verb& verb : verbs) {
    if (words.front() == verb.name) return verb.run(Words(words).subspan(1));
  }
  fmt::print(stderr, "error: {} is not a verb of winnow-trainer\n", words.front());
  print_usage(stderr);
  return usage_wrong;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const winnow::train::ConfigError& error) {
    for (const winnow::train::Fault& fault : error.faults()) {
      fmt::print(stderr, "error: {}: {}\n", fault.place, fault.message);
    }
    return static_cast<int>(winnow::protocol::ExitCode::config_wrong);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
