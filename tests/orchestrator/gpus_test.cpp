#include "orchestrator/gpus.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "orchestrator/device_fault.hpp"
#include "searchers/problem/error.hpp"

using namespace winnow::run;
using winnow::ConfigError;

namespace {

GpuSurvey survey(const char* mode) {
  ::setenv("FAKE_NVML", mode, 1);
  ::unsetenv("FAKE_NVML_SHUT_DOWN");
  return survey_gpus(WINNOW_FAKE_NVML);
}

}  // namespace

TEST_CASE("a machine without the driver's library has no GPUs, and that is no problem") {
  const GpuSurvey found = survey_gpus("libno-such-driver.so.1");
  CHECK(found.gpus.empty());
  CHECK(found.problem.empty());
}

TEST_CASE("devices are listed in order with name and memory") {
  const GpuSurvey found = survey("two");
  CHECK(found.problem.empty());
  REQUIRE(found.gpus.size() == 2);
  CHECK(found.gpus[0] == Gpu{0, "Imaginary 0", 1000, "GPU-00000000", ""});
  CHECK(found.gpus[1] == Gpu{1, "Imaginary 1", 2000, "GPU-00000001", ""});
  CHECK(std::getenv("FAKE_NVML_SHUT_DOWN") != nullptr);
}

TEST_CASE("a driver without devices is like none") {
  const GpuSurvey found = survey("none");
  CHECK(found.gpus.empty());
  CHECK(found.problem.empty());
}

TEST_CASE("a driver that does not answer is said in its own words") {
  CHECK(survey("broken").problem == "nvmlInit: Driver Not Loaded");
  CHECK(std::getenv("FAKE_NVML_SHUT_DOWN") == nullptr);
}

TEST_CASE("a device that does not answer is no reason to do without the others") {
  const GpuSurvey lost = survey("lost");
  CHECK(lost.problem == "device 1: GPU is lost");
  REQUIRE(lost.gpus.size() == 1);
  CHECK(lost.gpus[0].index == 0);
  CHECK(survey("all_lost").problem == "device 0: GPU is lost; device 1: GPU is lost");
}

TEST_CASE("a driver that hangs is left behind after a while") {
  ::setenv("FAKE_NVML", "hangs", 1);
  const GpuSurvey found = survey_gpus_within(std::chrono::milliseconds(20), WINNOW_FAKE_NVML);
  CHECK(found.gpus.empty());
  CHECK(found.problem == no_answer().problem);
  CHECK(survey("two").gpus.size() == 2);  // and does not keep others from asking
}

TEST_CASE("what is wrong with a device of a trial is said, also when nobody counts it any more") {
  using Numbers = std::vector<int>;
  CHECK(device_fault(survey("two"), Numbers{0, 1}).empty());
  CHECK(device_fault(survey("lost"), Numbers{0}).empty());
  CHECK(device_fault(survey("lost"), Numbers{0, 1}) == "device 1: GPU is lost");
  CHECK(device_fault(survey("shrunk"), Numbers{1}) == "device 1 is not there any more");
  CHECK(device_fault(survey("hot"), Numbers{1}) ==
        "device 1: 99 degrees C, and it shuts down at 95");
  CHECK(device_fault(survey("hot"), Numbers{0}).empty());
  CHECK(device_fault(survey("ecc"), Numbers{0, 1}) ==
        "device 1: 3 uncorrected memory error(s) since the driver was loaded");
  CHECK(device_fault(survey("broken"), Numbers{0}) == "nvmlInit: Driver Not Loaded");
  CHECK(device_fault(no_answer(), Numbers{0}).find("hangs") != std::string::npos);
}

TEST_CASE("the words of programs whose device is broken are known") {
  for (const std::string line :
       {"RuntimeError: CUDA error: uncorrectable ECC error encountered",
        "CUDA_ERROR_ECC_UNCORRECTABLE", "pynvml.NVMLError_GpuIsLost: GPU is lost",
        "NVRM: Xid (PCI:0000:65:00): 79, GPU has fallen off the bus."}) {
    CHECK(device_fault_in("step 3\n" + line + "\nAborted\n") == line);
  }
  CHECK(device_fault_in("CUDA error: device-side assert triggered\n").empty());
  CHECK(device_fault_in("GPU is lost " + std::string(5000, 'x')).size() == 300);
}

TEST_CASE("a library that is not NVML is a problem and not a crash") {
  CHECK(survey_gpus("libc.so.6").problem.find("nvmlInit_v2") != std::string::npos);
}

TEST_CASE("trials have the devices that the orchestrator itself may use") {
  const GpuSurvey four{{{0, "A", 1, "GPU-8932f937", ""},
                        {1, "A", 1, "GPU-8932f9aa", ""},
                        {2, "A", 1, "GPU-00000002", ""},
                        {3, "A", 1, "GPU-00000003", ""}},
                       ""};
  using Numbers = std::vector<int>;
  CHECK(usable_gpus(four, std::nullopt) == Numbers{0, 1, 2, 3});
  CHECK(usable_gpus(four, "3,1") == Numbers{3, 1});
  CHECK(usable_gpus(four, "1,1,2") == Numbers{1, 2});
  CHECK(usable_gpus(four, "").empty());
  CHECK(usable_gpus(four, "-1").empty());
  CHECK(usable_gpus(four, "2,9,0") == Numbers{2});  // as CUDA reads it: 9 ends the list
  CHECK(usable_gpus({}, "0").empty());
  CHECK(usable_gpus(four, "GPU-00000003,GPU-8932f93,1") == Numbers{3, 0, 1});
  CHECK(usable_gpus(four, "GPU-00000002,GPU-7,1") == Numbers{2});
  CHECK_THROWS_WITH(usable_gpus(four, "GPU-8932f9"), Catch::Contains("several devices"));
  CHECK_THROWS_WITH(usable_gpus(four, "0,MIG-77"),
                    Catch::Contains("expected device numbers such as 0,2 or UUIDs") &&
                        Catch::Contains("'MIG-77' in '0,MIG-77'"));
  CHECK_THROWS_AS(usable_gpus(four, "0, 1"), ConfigError);
}
