// winnow doctor: what this machine offers, and what about it will hurt.
#include <fmt/format.h>
#include <sys/resource.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/gpus.hpp"
#include "orchestrator/process/memory_group.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/study_folder.hpp"
#include "orchestrator/trainer_verb.hpp"
#include "storage/file_system.hpp"
#include "storage/sqlite.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

// SQLite 3.51.3 repairs a race that can lose commits when two connections write (its release
// notes).
constexpr int first_sqlite_without_race = 3'051'003;
// A running trial needs about five descriptors; below this a study of fifty trials at once fails.
constexpr rlim_t few_open_files = 256;

struct Arguments {
  std::optional<std::string> root;
  bool json = false;
};

Json trainer_facts() {
  Json facts = Json::object();
  try {
    const TrainerAnswer answer = ask_trainer({"doctor", "--json"});
    facts = Json::parse(answer.output, nullptr, /*allow_exceptions=*/false);
    if (answer.exit_code == 0 && facts.is_object()) return facts;
    facts = Json::object();
    facts["problem"] = fmt::format("winnow-trainer doctor ended with code {}", answer.exit_code);
  } catch (const SystemError& error) {  // a machine without the trainer is what we are here to tell
    facts["problem"] = error.what();
  }
  return facts;
}

Json gpu_facts(const GpuSurvey& survey) {
  Json facts = Json::array();
  for (const Gpu& gpu : survey.gpus) {
    Json one = Json::object();
    one["index"] = gpu.index;
    one["name"] = gpu.name;
    one["memory_bytes"] = gpu.memory_bytes;
    facts.push_back(std::move(one));
  }
  return facts;
}

Json sqlite_facts() {
  Json facts = Json::object();
  facts["version"] = sqlite3_libversion();
  facts["wal_reset_race"] = sqlite3_libversion_number() < first_sqlite_without_race;
  return facts;
}

Json root_facts(const std::filesystem::path& root) {
  const store::FileSystem file_system = store::file_system_of(root);
  Json facts = Json::object();
  facts["path"] = std::filesystem::absolute(root).lexically_normal().string();
  facts["file_system"] = file_system.type;
  facts["suitable"] = file_system.suitable;
  return facts;
}

Json open_file_facts() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    throw_system_error("ask for the limit of open files");
  Json facts = Json::object();
  facts["soft"] = limit.rlim_cur;
  facts["hard"] = limit.rlim_max;
  return facts;
}

bool is_reference_blas(const Json& trainer) {
  const std::string library = trainer.value("blas_library", "");
  const bool is_debian_blas = library.find("libblas") != std::string::npos;
  return is_debian_blas && !trainer.value("is_openblas", true);
}

std::vector<std::string> warnings_of(const Json& facts, const GpuSurvey& survey) {
  std::vector<std::string> warnings;
  const Json& trainer = facts["trainer"];
  if (trainer.contains("problem")) {
    warnings.push_back(fmt::format("trainer: {}; studies with a `command:` run without it",
                                   trainer["problem"].get<std::string>()));
  }
  if (is_reference_blas(trainer)) {
    warnings.push_back(
        "BLAS is the reference one; install libopenblas0-openmp: training was measured 17 times "
        "slower "
        "without");
  }
  if (!survey.problem.empty())
    warnings.push_back("GPUs: the driver does not answer: " + survey.problem);
  if (!facts["root"]["suitable"].get<bool>()) {
    warnings.push_back(fmt::format(
        "{} lies on {}, which does not keep a study safe; use --root or WINNOW_ROOT to name a "
        "local disk",
        facts["root"]["path"].get<std::string>(), facts["root"]["file_system"].get<std::string>()));
  }
  if (facts["open_files"]["soft"].get<rlim_t>() < few_open_files) {
    warnings.push_back(fmt::format("only {} open files are allowed; raise it with `ulimit -n 4096`",
                                   facts["open_files"]["soft"].get<rlim_t>()));
  }
  return warnings;
}

void print_trainer(const Json& trainer) {
  if (trainer.contains("problem")) {
    fmt::print("trainer      not usable\n");
    return;
  }
  const std::string blas = trainer.value("blas_library", "");
  fmt::print("trainer      libtorch {}\n", trainer.value("torch_version", "?"));
  fmt::print("BLAS         {}, {:.1f} GFLOP/s with {} thread(s)\n",
             blas.empty() ? "inside libtorch" : terminal_text(blas),
             trainer.value("matmul_gflops", 0.0), trainer.value("threads", 1));
}

void print_text(const Json& facts) {
  print_trainer(facts["trainer"]);
  fmt::print("processors   {}\n", facts["processors"].get<unsigned>());
  if (facts["gpus"].empty()) fmt::print("GPUs         none\n");
  for (const Json& gpu : facts["gpus"]) {
    // Drivers and shops count in powers of two.
    constexpr double gib = 1024.0 * 1024 * 1024;
    fmt::print("GPU {:<8} {}, {:.1f} GiB\n", gpu["index"].get<int>(),
               terminal_text(gpu["name"].get<std::string>()),
               static_cast<double>(gpu["memory_bytes"].get<std::uint64_t>()) / gib);
  }
  fmt::print(
      "SQLite       {}{}\n", facts["sqlite"]["version"].get<std::string>(),
      facts["sqlite"]["wal_reset_race"].get<bool>()
          ? " (has the WAL-reset race of versions before 3.51.3; winnow has one writer per study "
            "and is not touched by it)"
          : "");
  fmt::print("studies      {} on {}\n", terminal_text(facts["root"]["path"].get<std::string>()),
             facts["root"]["file_system"].get<std::string>());
  fmt::print("open files   {} (at most {})\n", facts["open_files"]["soft"].get<rlim_t>(),
             facts["open_files"]["hard"].get<rlim_t>());
  fmt::print("memory       resources.memory bounds {}\n",
             facts["memory_limit"] == "cgroup" ? "each trial as a whole (control group)"
                                               : "each process of a trial (RLIMIT_DATA)");
  for (const Json& warning : facts["warnings"]) {
    fmt::print("warning: {}\n", terminal_text(warning.get<std::string>()));
  }
}

ExitStatus examine(const Arguments& arguments) {
  const GpuSurvey survey = survey_gpus();
  Json facts = Json::object();
  facts["version"] = 1;
  facts["winnow"] = WINNOW_VERSION;
  facts["trainer"] = trainer_facts();
  facts["processors"] = std::thread::hardware_concurrency();
  facts["gpus"] = gpu_facts(survey);
  facts["sqlite"] = sqlite_facts();
  facts["root"] = root_facts(studies_root(arguments.root));
  facts["open_files"] = open_file_facts();
  // How resources.memory of a trial is enforced.
  facts["memory_limit"] = memory_group_home() ? "cgroup" : "RLIMIT_DATA";
  facts["warnings"] = warnings_of(facts, survey);
  if (arguments.json) {
    fmt::print("{}", json_line(facts));
  } else {
    print_text(facts);
  }
  // What some study would stop at; the other warnings are of what goes slower.
  const bool is_missing = facts["trainer"].contains("problem") || !survey.problem.empty() ||
                          !facts["root"]["suitable"].get<bool>();
  return is_missing ? ExitStatus::environment : ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "doctor", "look at this machine: BLAS, GPUs, SQLite, file system, limits",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add("--root", arguments->root,
                  "folder of studies (default: $WINNOW_ROOT, else ./studies)");
      options.add_flag("--json", arguments->json, "one JSON object");
      return [arguments] { return examine(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
