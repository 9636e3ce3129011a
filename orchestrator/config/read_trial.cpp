#include "orchestrator/config/read_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "orchestrator/config/command_line.hpp"
#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/metric_patterns.hpp"
#include "orchestrator/program_path.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/secrets.hpp"

namespace winnow::run {
namespace {

// More devices than any machine has, few enough for an int.
constexpr std::int64_t most_gpus = 1'024;
// The kernel's own bound for sets of processors (CPU_SETSIZE).
constexpr std::int64_t most_cpus = 1'024;
// A trial that crashes this often will crash again.
constexpr std::int64_t most_retries = 1'000;
// No batch has more than 2^20 parts.
constexpr std::int64_t most_halvings = 20;

std::optional<std::string> script_fault(const std::filesystem::path& program) {
  if (is_mere_text(program)) {
    return fmt::format(
        "{} is text that names no interpreter: its first line may be `#!/bin/sh` or "
        "`#!/usr/bin/env python3`",
        terminal_text(program.string()));
  }
  const std::optional<std::string> interpreter = missing_interpreter(program);
  if (!interpreter) return std::nullopt;
  return fmt::format("{} begins with `#!{}`, and there is no such program{}",
                     terminal_text(program.string()), terminal_text(*interpreter),
                     interpreter->ends_with('\r') ? "; the file's lines end as on Windows" : "");
}

// Why the program of a command cannot be started; nothing when it can, or when a macro decides.
std::optional<std::string> program_fault(const std::string& name,
                                         const std::filesystem::path& folder) {
  if (name.find("${") != std::string::npos) return std::nullopt;
  if (const auto program = find_program(name, folder)) return script_fault(*program);
  if (name.find('/') == std::string::npos) {
    const std::string shown = terminal_text(name);
    if (name.find(' ') != std::string::npos) {
      return fmt::format(
          "there is no program `{}` on the PATH; no shell takes it apart: each argument is an item "
          "of the list",
          shown);
    }
    return fmt::format(
        "there is no program `{}` on the PATH; a program beside the study file is ./{}", shown,
        shown);
  }
  const std::filesystem::path file = (folder / name).lexically_normal();
  std::error_code ignored;
  const bool exists = std::filesystem::exists(file, ignored);
  const char* several = name.find(' ') == std::string::npos
                            ? ""
                            : "; no shell takes it apart: each argument is an item of the list";
  return fmt::format("{} {}{}", terminal_text(file.string()),
                     exists ? "is not an executable file (chmod +x)" : "does not exist", several);
}

}  // namespace

std::optional<CommandProgram> read_command(const Node& node,
                                           const std::optional<std::string>& study_program,
                                           const std::filesystem::path& folder,
                                           Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::sequence || node.items.empty()) {
    diagnostics.error(node.at, "wrong-type",
                      fmt::format("command needs a list [program, argument, …], found {}; no "
                                  "shell takes it apart",
                                  describe_node(node)));
    return std::nullopt;
  }
  const std::size_t before = diagnostics.error_count();
  CommandProgram command;
  for (const Node& item : node.items) {
    if (item.kind != Node::Kind::scalar) {
      diagnostics.error(item.at, "wrong-type",
                        fmt::format("an argument needs text, found {}", describe_node(item)));
      continue;
    }
    const std::optional<std::string> argument = expand_program(item.text, study_program);
    if (!argument) {
      diagnostics.error(item.at, "macro",
                        "${program} needs the key `program` at the top of the file");
      continue;
    }
    if (const auto fault = argument_fault(*argument)) {
      diagnostics.error(item.at, "macro", terminal_text(*fault));
    }
    command.arguments.push_back(*argument);
  }
  // Whatever is wrong with its arguments.
  const auto program = expand_program(node.items.front().text, study_program);
  const auto fault = program && !program->empty() ? program_fault(*program, folder) : std::nullopt;
  if (fault) diagnostics.error(node.items.front().at, "missing-file", *fault);
  if (diagnostics.error_count() != before) return std::nullopt;
  return command;
}

std::optional<CommandProgram> read_program(const Node& node, const std::filesystem::path& folder,
                                           Diagnostics& diagnostics) {
  const auto program = read_text(node, "program", diagnostics);
  if (!program) return std::nullopt;
  std::error_code ignored;
  if (!std::filesystem::exists(folder / *program, ignored)) {
    diagnostics.error(node.at, "missing-file",
                      fmt::format("{} does not exist",
                                  terminal_text((folder / *program).lexically_normal().string())));
  }
  if (!find_program("python3", folder)) {
    diagnostics.error(node.at, "missing-file",
                      "there is no program `python3` on the PATH, which `program` is run with; "
                      "write `command` to run it with another");
  }
  return CommandProgram{{"/usr/bin/env", "python3", *program, "${args}"}};
}

namespace {

bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void read_environment(const Node& node, TrialPolicy& policy, Diagnostics& diagnostics) {
  MappingReader reader(node, "trial.env", diagnostics);
  for (const Entry& entry : node.entries) {
    if (!is_variable_name(entry.key)) {
      diagnostics.error(entry.key_at, "name",
                        fmt::format("`{}` is no name for an environment variable: letters, digits "
                                    "and _",
                                    terminal_text(entry.key)));
    } else if (entry.key.starts_with("WINNOW_") || entry.key == "CUDA_VISIBLE_DEVICES" ||
               entry.key == "CUDA_DEVICE_ORDER") {
      diagnostics.error(entry.key_at, "name", fmt::format("{} is set by winnow itself", entry.key));
    } else if (entry.value.kind != Node::Kind::scalar) {
      diagnostics.error(
          entry.value.at, "wrong-type",
          fmt::format("trial.env.{} needs text, found {}", entry.key, describe_node(entry.value)));
    }
    if (looks_secret(entry.key)) {
      diagnostics.warning(entry.key_at, "secret",
                          fmt::format("{} looks like a secret, and the study's file goes into its "
                                      "store; leave it out: trials have the environment that "
                                      "winnow is run in",
                                      terminal_text(entry.key)));
    }
    policy.environment[entry.key] = entry.value.text;
  }
}

void read_resources(const Node& node, TrialPolicy& policy, Diagnostics& diagnostics) {
  MappingReader reader(node, "trial.resources", diagnostics);
  if (const Node* gpus = reader.take("gpus")) {
    policy.gpus = read_real(*gpus, "trial.resources.gpus", diagnostics).value_or(0);
    const bool is_share = policy.gpus > 0 && policy.gpus < 1;
    const bool is_whole =
        policy.gpus >= 0 && policy.gpus <= most_gpus && policy.gpus == std::floor(policy.gpus);
    if (!is_share && !is_whole) {
      diagnostics.error(gpus->at, "range",
                        fmt::format("trial.resources.gpus needs a whole number of devices up to "
                                    "{}, or a share of one such as 0.25, found {}",
                                    most_gpus, describe_node(*gpus)));
      policy.gpus = 0;
    }
  }
  if (const Node* cpus = reader.take("cpus")) {
    const auto count = read_integer(*cpus, "trial.resources.cpus", diagnostics, 1, most_cpus);
    if (count) policy.cpus = static_cast<int>(*count);
  }
  if (const Node* memory = reader.take("memory")) {
    policy.memory_bytes = read_bytes(*memory, "trial.resources.memory", diagnostics);
  }
  reader.finish();
}

// Both streams are looked at: they are one log.
void read_metrics_from(const Node& node, TrialPolicy& policy, Diagnostics& diagnostics) {
  MappingReader reader(node, "trial.metrics_from", diagnostics);
  const Node* output = reader.require("stdout");
  reader.finish();
  if (output == nullptr) return;
  std::vector<const Node*> words;
  if (output->kind == Node::Kind::scalar) words.push_back(output);
  for (const Node& item : output->items) words.push_back(&item);
  if (words.empty()) {
    diagnostics.error(output->at, "wrong-type",
                      "trial.metrics_from.stdout needs a preset or a pattern, or a list of them");
  }
  for (const Node* word : words) {
    const auto text = read_text(*word, "trial.metrics_from.stdout", diagnostics);
    if (!text) continue;
    const auto parsed = MetricPatterns::parse({*text});
    if (const auto* fault = std::get_if<std::string>(&parsed)) {
      diagnostics.error(word->at, "pattern", terminal_text(*fault));
    }
    policy.metrics_from.push_back(*text);
  }
}

// After `resources`: what excludes a device needs one.
void read_log_policy(const Node& item, TrialPolicy& policy, Diagnostics& diagnostics) {
  MappingReader reader(item, "trial.log_policies", diagnostics);
  const Node* pattern = reader.require("pattern");
  const Node* action = reader.require("action");
  reader.finish();
  LogPolicy read;
  if (pattern != nullptr) {
    read.pattern = read_text(*pattern, "trial.log_policies.pattern", diagnostics).value_or("");
    const auto fault = log_pattern_fault(read.pattern);
    if (fault && !read.pattern.empty()) {
      diagnostics.error(pattern->at, "pattern", terminal_text(*fault));
    }
  }
  if (action == nullptr) return;
  const std::vector<std::string> words(log_action_words.begin(), log_action_words.end());
  const auto word = read_word(*action, "trial.log_policies.action", words, diagnostics);
  if (!word) return;
  read.action = static_cast<LogAction>(*word);
  if (read.action == LogAction::exclude_gpu && policy.gpus == 0) {
    diagnostics.error(action->at, "range",
                      "exclude_gpu closes the slot of a GPU, and trials of this study have none: "
                      "trial.resources.gpus");
  }
  policy.log_policies.push_back(std::move(read));
}

void read_log_policies(const Node& node, TrialPolicy& policy, Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::sequence) {
    diagnostics.error(node.at, "wrong-type",
                      fmt::format("trial.log_policies needs a list of {{pattern: …, action: …}}, "
                                  "found {}",
                                  describe_node(node)));
  }
  for (const Node& item : node.items) read_log_policy(item, policy, diagnostics);
}

void read_stop(const Node& node, TrialPolicy& policy, Diagnostics& diagnostics) {
  MappingReader reader(node, "trial.stop", diagnostics);
  if (const Node* grace = reader.take("grace")) {
    policy.grace_s = read_duration_s(*grace, "trial.stop.grace", diagnostics).value_or(0);
  }
  if (const Node* signal = reader.take("signal")) {
    read_word(*signal, "trial.stop.signal", {"TERM"}, diagnostics);
  }
  reader.finish();
}

}  // namespace

TrialBlock read_trial(const Node& trial, const std::optional<std::string>& study_program,
                      const std::filesystem::path& folder, Diagnostics& diagnostics) {
  TrialBlock block;
  MappingReader reader(trial, "trial", diagnostics);
  if (const Node* command = reader.take("command")) {
    block.has_command = true;
    block.command = read_command(*command, study_program, folder, diagnostics);
  }
  if (const Node* resources = reader.take("resources")) {
    read_resources(*resources, block.policy, diagnostics);
  }
  if (const Node* environment = reader.take("env")) {
    read_environment(*environment, block.policy, diagnostics);
  }
  if (const Node* retries = reader.take("retries")) {
    const auto count = read_integer(*retries, "trial.retries", diagnostics, 0, most_retries);
    block.policy.retries = static_cast<int>(count.value_or(0));
  }
  if (const Node* halvings = reader.take("halve_batch")) {
    const auto count = read_integer(*halvings, "trial.halve_batch", diagnostics, 0, most_halvings);
    block.policy.batch_halvings = static_cast<int>(count.value_or(0));
  }
  if (const Node* patterns = reader.take("metrics_from")) {
    read_metrics_from(*patterns, block.policy, diagnostics);
  }
  if (const Node* timeout = reader.take("heartbeat_timeout")) {
    block.policy.heartbeat_timeout_s =
        read_duration_s(*timeout, "trial.heartbeat_timeout", diagnostics);
    if (block.policy.heartbeat_timeout_s == 0.0) {
      diagnostics.error(timeout->at, "duration",
                        "trial.heartbeat_timeout is how long a trial may report nothing new: more "
                        "than 0s");
    }
  }
  if (const Node* flag = reader.take("fail_fast_on_nan")) {
    block.policy.fails_fast_on_nan =
        read_flag(*flag, "trial.fail_fast_on_nan", diagnostics).value_or(false);
  }
  if (const Node* stop = reader.take("stop")) read_stop(*stop, block.policy, diagnostics);
  if (const Node* policies = reader.take("log_policies")) {
    read_log_policies(*policies, block.policy, diagnostics);
  }
  reader.not_supported("trainer", "write `trainer:` at the top level");
  reader.not_supported("sandbox");
  reader.finish();
  return block;
}

}  // namespace winnow::run
