// winnow as a user has it, from a shell: words in, output and exit code out.
#pragma once

#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/temporary_folder.hpp"

namespace winnow::tests {

struct Answer {
  int code = 0;
  std::string output;  // standard output; standard error too where a test asks for it
  nlohmann::json json() const { return nlohmann::json::parse(output); }
};

// The program in a folder of its own, with studies beneath it.
class Winnow {
 public:
  Answer operator()(const std::string& words) const { return with("", words); }

  /// With NAME=VALUE words in its environment.
  Answer with(const std::string& environment, const std::string& words) const {
    return shell(environment + " \"$winnow\" " + words);
  }

  /// A script, in the folder; "$winnow" is the program.
  Answer shell(const std::string& script) const {
    const std::string line =
        fmt::format("cd '{}'; export WINNOW_ROOT=studies; winnow='{}/bin/winnow-crashing'\n{}",
                    folder_.path().string(), WINNOW_BINARY_DIR, script);
    Answer answer;
    FILE* pipe = ::popen(line.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 4096> bytes;
    while (const std::size_t count = std::fread(bytes.data(), 1, bytes.size(), pipe)) {
      answer.output.append(bytes.data(), count);
    }
    answer.code = WEXITSTATUS(::pclose(pipe));
    return answer;
  }

  /// A study file NAME.yaml whose trials run `script` in a shell, one after the other.
  void write_study(const std::string& name, const std::string& script,
                   const std::string& limits = "max_trials: 1",
                   const std::string& trial_keys = "stop: {grace: 1s}") const {
    const std::string study = fmt::format(
        "name: {}\nmethod: random\nmetric: {{name: loss}}\n"
        "parameters: {{x: {{min: 0.0, max: 1.0}}}}\nlimits: {{{}}}\n"
        "trial:\n  {}\n  command:\n    - /bin/sh\n    - -c\n    - |\n      {}\n",
        name, limits, trial_keys, script);
    write_text(folder_ / (name + ".yaml"), study);
  }

  const TemporaryFolder& folder() const { return folder_; }

  void run_example(const std::string& name) const {
    REQUIRE(
        (*this)(fmt::format("run {}/configs/{}.yaml --quiet 2>&1", WINNOW_SOURCE_DIR, name)).code ==
        0);
  }

  // A study of two trials, each with a checkpoint of two files.
  void run_study_with_checkpoints() const {
    write_text(folder_ / "trial.sh",
               "#!/bin/sh\nset -eu\nmkdir -p \"$WINNOW_CHECKPOINT_DIR/step-1/sub\"\n"
               "echo w > \"$WINNOW_CHECKPOINT_DIR/step-1/weights\"\n"
               "echo s > \"$WINNOW_CHECKPOINT_DIR/step-1/sub/more\"\n"
               "echo '{\"type\":\"metric\",\"step\":1,\"values\":{\"loss\":0.5}}' >> "
               "\"$WINNOW_REPORT_FILE\"\n"
               "echo '{\"type\":\"checkpoint\",\"step\":1,\"path\":\"step-1\"}' >> "
               "\"$WINNOW_REPORT_FILE\"\n");
    std::filesystem::permissions(folder_ / "trial.sh", std::filesystem::perms::owner_all);
    write_text(folder_ / "kept.yaml",
               "name: kept\nmethod: random\nmetric: {name: loss}\n"
               "parameters: {x: {min: 0.0, max: 1.0}}\nlimits: {max_trials: 2}\n"
               "trial: {command: [./trial.sh]}\n");
    REQUIRE((*this)("run kept.yaml --quiet 2>&1").code == 0);
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace winnow::tests
