// Devices with too little memory, and devices that break, from the study file to the last line; the
// driver's library is a fake one.
#include <catch2/catch.hpp>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

namespace {

const std::string reports_its_device =
    "echo \"{\\\"loss\\\":$CUDA_VISIBLE_DEVICES}\" >> \"$WINNOW_REPORT_FILE\"";

/// A machine with two devices of a fake driver, which trials can break: they write its new state
/// into the file `driver`.
class TwoDevices {
 public:
  explicit TwoDevices(const std::string& script, const std::string& max_trials) {
    std::filesystem::create_symlink(WINNOW_FAKE_NVML, winnow_.folder() / "libnvidia-ml.so.1");
    winnow_.write_study("s", script, "max_trials: " + max_trials + ", max_concurrent: 2",
                        "resources: {gpus: 1}\n  stop: {grace: 1s}");
  }
  Answer operator()(const std::string& words) const {
    const std::string folder = winnow_.folder().path().string();
    return winnow_.with(
        fmt::format("LD_LIBRARY_PATH='{0}' FAKE_NVML=two FAKE_NVML_FILE='{0}/driver'", folder),
        words);
  }
  const Winnow& winnow() const { return winnow_; }

 private:
  Winnow winnow_;
};

}  // namespace

TEST_CASE("a trial that does not fit on its device is tried again with half the batch") {
  const Winnow winnow;
  winnow.write_study("s",
                     "echo \"divided by $WINNOW_BATCH_DIVISOR\" >> divisors\n"
                     "      if [ \"$WINNOW_BATCH_DIVISOR\" -lt 4 ]; then\n"
                     "        echo 'CUDA out of memory.' >&2; exit 1; fi\n"
                     "      test -z \"$WINNOW_RESUME_FROM\"\n"
                     "      echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"",
                     "max_trials: 1", "halve_batch: 3");
  const Answer answer = winnow("run s.yaml 2>&1");
  INFO(answer.output);
  CHECK(answer.code == 0);
  CHECK_THAT(answer.output, Contains("trial 0: attempt result_oom: CUDA out of memory."));
  CHECK(read_text(winnow.folder() / "divisors") == "divided by 1\ndivided by 2\ndivided by 4\n");
  CHECK(winnow("trials s --json").json()["trials"][0]["attempts"] == 3);
  CHECK(winnow("db check s").code == 0);
}

TEST_CASE("a slot whose device is lost is closed, and its trial goes on in another one") {
  // The first trial in slot 1 takes the device with it.
  const TwoDevices machine(
      "[ \"$CUDA_VISIBLE_DEVICES\" = 0 ] || { echo lost > driver; exit 1; }\n"
      "      while [ ! -e driver ]; do :; done; " +
          reports_its_device,
      "5");
  const Answer answer = machine("run s.yaml 2>&1");
  INFO(answer.output);
  CHECK(answer.code == 0);
  CHECK_THAT(answer.output,
             Contains("slot 1 takes no more trials: device 1: GPU is lost; 1 slots are left"));
  const auto table = machine("trials s --json").json();
  REQUIRE(table["trials"].size() == 5);
  for (const auto& trial : table["trials"]) {
    CHECK(trial["state"] == "completed");
    CHECK(trial["values"]["loss"] == 0);
  }
  CHECK_THAT(machine("show s 1").output, Contains("device_lost"));
  CHECK(machine("db check s").code == 0);
}

TEST_CASE("a study without a device that works stops, and goes on with one that does") {
  const TwoDevices machine(
      "[ -e repaired ] || { echo all_lost > driver; exit 1; }\n      " + reports_its_device, "3");
  const Answer stopped = machine("run s.yaml 2>&1");
  INFO(stopped.output);
  CHECK(stopped.code == 6);
  CHECK_THAT(stopped.output,
             Contains("no slot has a device that works") && Contains("`winnow resume s` goes on"));
  const Answer refused = machine("resume s 2>&1");
  CHECK(refused.code == 6);
  CHECK_THAT(refused.output, Contains("the driver does not answer: device 0: GPU is lost"));
  write_text(machine.winnow().folder() / "repaired", "");
  write_text(machine.winnow().folder() / "driver", "two");
  CHECK(machine("resume s 2>&1").code == 0);
  CHECK(machine("status s --json").json()["counts"]["completed"] == 3);
  CHECK(machine("db check s").code == 0);
}
