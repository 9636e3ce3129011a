#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

TEST_CASE("the grid example runs each of its points once and finds the lowest") {
  const Winnow winnow;
  winnow.run_example("grid_conditions");
  const auto trials = winnow("trials grid-conditions --json").json();
  CHECK(trials["version"] == 1);
  REQUIRE(trials["trials"].size() == 27);
  for (std::size_t i = 0; i < 27; ++i) {
    const auto& trial = trials["trials"][i];
    CHECK(trial["number"] == i);
    CHECK(trial["state"] == "completed");
    CHECK(trial["params"].contains("sharpness") == (trial["params"]["bend"] == "absolute"));
    CHECK(trial["attempts"] == 1);
  }
  const auto best = winnow("best grid-conditions --json").json();
  CHECK(best["trial"]["values"]["height"] == 0.0);
  CHECK(best["trial"]["params"]["x"] == 1.0);
  CHECK(best["trial"]["checkpoint"].is_null());
  const auto status = winnow("status grid-conditions --json").json();
  CHECK(status["counts"]["completed"] == 27);
  CHECK(status["orchestrator"].is_null());
  CHECK(status["ending"].is_string());
}

TEST_CASE("trials and the best of them are JSON objects of exactly this form") {
  const Winnow winnow;
  winnow.run_study_with_checkpoints();
  std::string listed = winnow("trials kept --json").output;
  std::string best = winnow("best kept --json").output;
  // What differs from run to run.
  for (std::string* text : {&listed, &best}) {
    *text = std::regex_replace(*text, std::regex("\"seconds\":[0-9.e-]+"), "\"seconds\":S");
    *text = std::regex_replace(*text, std::regex("\"x\":[0-9.e-]+"), "\"x\":X");
    *text = std::regex_replace(*text, std::regex("\"seed\":[0-9]+"), "\"seed\":N");
  }
  const std::string rest =
      R"("state":"completed","params":{"x":X},"values":{"loss":0.5},"seed":N,"attempts":1,"seconds":S)";
  CHECK(listed ==
        R"({"version":1,"trials":[{"number":0,)" + rest + R"(},{"number":1,)" + rest + "}]}\n");
  CHECK(best == R"({"version":1,"trial":{"number":0,)" + rest + R"(,"checkpoint":")" +
                    (winnow.folder() / "studies/kept/trials/0000/checkpoints/step-1").string() +
                    "\"}}\n");
}

TEST_CASE("the points of a study are tried first") {
  const Winnow winnow;
  winnow.run_example("function_minimum");
  const auto trials = winnow("trials function-minimum --json").json()["trials"];
  REQUIRE(trials.size() == 20);
  CHECK(trials[0]["params"].dump() == R"({"x":0.5,"y":-1.5})");
  CHECK(trials[0]["values"]["height"] == 0.5);
  CHECK(winnow("trials function-minimum --csv").output.starts_with("number,state,"));
}

TEST_CASE("an export is complete, has its sums, and replaces nothing") {
  const Winnow winnow;
  winnow.run_study_with_checkpoints();
  const auto best = winnow("best kept --json").json();
  CHECK(
      best["trial"]["checkpoint"].get<std::string>().ends_with("/trials/0000/checkpoints/step-1"));
  CHECK(winnow("export kept --best out").code == 0);
  CHECK(read_text(winnow.folder() / "out/weights") == "w\n");
  CHECK(read_text(winnow.folder() / "out/sub/more") == "s\n");
  CHECK(read_text(winnow.folder() / "out/SHA256SUMS").find("  sub/more\n") != std::string::npos);
  CHECK(winnow("export kept --trial 1 out 2>&1").code == 2);
  CHECK(winnow("export kept --trial 1 other").code == 0);
  CHECK(winnow("export kept --csv tables").code == 0);
  CHECK(read_text(winnow.folder() / "tables/measurements.csv")
            .starts_with("trial,attempt,step,metric,value,non_finite,elapsed_s\n0,1,1,loss,0.5,,"));
  CHECK(winnow("export kept --trial 7 none 2>&1").code == 2);
  CHECK(winnow("export kept --best no/such/place 2>&1").code == 6);
  for (const auto& entry : std::filesystem::directory_iterator(winnow.folder().path())) {
    CHECK_FALSE(entry.path().filename().string().starts_with(".winnow-export"));
  }
}

TEST_CASE("a checkpoint with a link in it is not exported") {
  const Winnow winnow;
  winnow.run_study_with_checkpoints();
  std::filesystem::create_symlink(
      "/etc/passwd", winnow.folder() / "studies/kept/trials/0000/checkpoints/step-1/link");
  CHECK(winnow("export kept --trial 0 out 2>&1").code == 6);
  CHECK_FALSE(std::filesystem::exists(winnow.folder() / "out"));
}

TEST_CASE("exit codes tell wrong words, wrong files and missing studies apart") {
  const Winnow winnow;
  CHECK(winnow("--version").output.starts_with("winnow "));
  CHECK(winnow("--help").code == 0);
  CHECK(winnow("2>&1").code == 2);
  const Answer typo = winnow("statsu 2>&1");
  CHECK(typo.code == 2);
  CHECK(typo.output.find("did you mean `status`?") != std::string::npos);
  CHECK(winnow("status 2>&1").code == 2);
  CHECK(winnow("status nothing 2>&1").code == 2);
  CHECK(winnow("validate nothing.yaml 2>&1").code == 3);
  write_text(winnow.folder() / "bad.yaml", "name: x\n");
  CHECK(winnow("validate bad.yaml 2>&1").code == 3);
  CHECK(winnow("run bad.yaml 2>&1").code == 3);
  CHECK_FALSE(std::filesystem::exists(winnow.folder() / "studies"));
  std::filesystem::create_directories(winnow.folder() / "studies/broken");
  write_text(winnow.folder() / "studies/broken/study.db", "no database");
  CHECK(winnow("trials broken 2>&1").code == 5);
  CHECK(winnow("methods > /dev/full 2>/dev/null").code == 6);
  CHECK(winnow("no-such-command 2> /dev/full").code == 2);
  CHECK(winnow("best no-such-study 2> /dev/full").code == winnow("best no-such-study").code);
}

TEST_CASE("validate speaks JSON to editors and prints a form that is valid again") {
  const Winnow winnow;
  write_text(winnow.folder() / "bad.yaml", "name: x\nmetod: random\n");
  const Answer bad = winnow("validate bad.yaml --json");
  CHECK(bad.code == 3);
  const auto faults = bad.json()["faults"];
  const auto typo = std::find_if(faults.begin(), faults.end(),
                                 [](const auto& fault) { return fault["code"] == "unknown-key"; });
  REQUIRE(typo != faults.end());
  CHECK((*typo)["file"] == "bad.yaml");
  CHECK((*typo)["line"] == 2);
  CHECK((*typo)["column"] == 1);
  const std::string example = std::string(WINNOW_SOURCE_DIR) + "/configs/grid_conditions.yaml";
  const Answer printed = winnow("validate --print " + example);
  CHECK(printed.code == 0);
  CHECK(nlohmann::json::parse(printed.output)["name"] == "grid-conditions");
  CHECK(winnow("validate " + example).output.find("27 distinct points") != std::string::npos);
  CHECK(winnow("validate --json " + example).json()["faults"].empty());
}

TEST_CASE("methods and doctor answer in JSON") {
  const Winnow winnow;
  const auto methods = winnow("methods --json").json()["methods"];
  CHECK(std::any_of(methods.begin(), methods.end(),
                    [](const auto& method) { return method["name"] == "sobol"; }));
  const auto doctor = winnow("doctor --json").json();
  CHECK(doctor["sqlite"]["version"].is_string());
  CHECK(doctor["root"]["file_system"].is_string());
  CHECK(doctor["open_files"]["soft"].is_number());
}

TEST_CASE("each trial sees the devices of its slot and no others") {
  const Winnow winnow;
  std::filesystem::create_symlink(WINNOW_FAKE_NVML, winnow.folder() / "libnvidia-ml.so.1");
  write_text(winnow.folder() / "gpus.yaml",
             "name: gpus\nmethod: random\nmetric: {name: device}\n"
             "parameters: {x: {min: 0.0, max: 1.0}}\n"
             "limits: {max_trials: 4, max_concurrent: 3}\n"
             "trial:\n  resources: {gpus: 1}\n"
             "  command: [/bin/sh, -c, 'test \"$CUDA_DEVICE_ORDER\" = PCI_BUS_ID && echo "
             "\"{\\\"device\\\":$CUDA_VISIBLE_DEVICES}\" >> \"$WINNOW_REPORT_FILE\"']\n");
  const std::string driver =
      fmt::format("LD_LIBRARY_PATH='{}' FAKE_NVML=two", winnow.folder().path().string());
  const Answer run = winnow.with(driver, "run gpus.yaml 2>&1");
  INFO(run.output);
  REQUIRE(run.code == 0);
  CHECK(run.output.find("2 trials at once instead of max_concurrent 3") != std::string::npos);
  std::set<double> devices;
  const auto trials = winnow("trials gpus --json").json()["trials"];
  for (const auto& trial : trials) {
    devices.insert(trial["values"]["device"].get<double>());
  }
  CHECK(devices == std::set<double>{0, 1});
}

TEST_CASE("a study that needs GPUs says what it finds of them") {
  const Winnow winnow;
  std::filesystem::create_symlink(WINNOW_FAKE_NVML, winnow.folder() / "libnvidia-ml.so.1");
  write_text(winnow.folder() / "gpus.yaml",
             "name: gpus\nmethod: random\nmetric: {name: loss}\n"
             "parameters: {x: {min: 0.0, max: 1.0}}\nlimits: {max_trials: 1}\n"
             "trial: {command: [/bin/true], resources: {gpus: 2}}\n");
  const std::string driver = fmt::format("LD_LIBRARY_PATH='{}' ", winnow.folder().path().string());
  const auto refusal = [&](const std::string& mode) {
    const Answer answer = winnow.with(driver + mode, "run gpus.yaml 2>&1");
    CHECK(answer.code == 6);
    CHECK_FALSE(std::filesystem::exists(winnow.folder() / "studies/gpus"));
    return answer.output;
  };
  CHECK_THAT(refusal("FAKE_NVML=none"), Contains("0 GPU(s), "));
  CHECK_THAT(refusal("FAKE_NVML=broken"), Contains("does not answer: nvmlInit: Driver Not Loaded"));
  CHECK_THAT(refusal("FAKE_NVML=two CUDA_VISIBLE_DEVICES=1"),
             Contains("are here (CUDA_VISIBLE_DEVICES=1)"));
}

TEST_CASE("the example with two objectives ends with a front, its knee and its growth") {
  const Winnow winnow;
  winnow.run_example("pareto_tradeoff");
  const auto front = winnow("pareto pareto-tradeoff --json").json();
  CHECK(front["version"] == 1);
  CHECK(front["measured"] == 60);
  CHECK(front["objectives"].dump() ==
        R"([{"goal":"minimize","metric":"error"},{"goal":"maximize","metric":"requests_per_s"}])");
  REQUIRE(front["front"].size() > 3);
  int knees = 0;
  for (std::size_t i = 0; i < front["front"].size(); ++i) {
    const auto& member = front["front"][i];
    knees += member["knee"].get<bool>();
    CHECK(member["contribution"].get<double>() > 0);
    if (i == 0) continue;  // along the front one number gets better, the other worse
    const auto& before = front["front"][i - 1]["values"];
    CHECK(before["error"].get<double>() < member["values"]["error"].get<double>());
    CHECK(before["requests_per_s"].get<double>() <
          member["values"]["requests_per_s"].get<double>());
  }
  CHECK(knees == 1);
  CHECK(front["trace"].back()["hypervolume"] == front["hypervolume"]);

  const auto best = winnow("best pareto-tradeoff --json").json();
  CHECK(best["rule"] == "knee");
  const auto is_best = [&](const auto& member) {
    return member["number"] == best["trial"]["number"] && member["knee"] == true;
  };
  CHECK(std::any_of(front["front"].begin(), front["front"].end(), is_best));
  CHECK(winnow("status pareto-tradeoff").output.find("knee    trial ") != std::string::npos);
  CHECK(winnow("pareto pareto-tradeoff").output.starts_with("front   "));
  CHECK(winnow("pareto pareto-tradeoff --csv").output.starts_with("number,state,"));
  CHECK(winnow("pareto pareto-tradeoff --trace").output.starts_with("trial,hypervolume\n"));
  const auto given =
      winnow("pareto pareto-tradeoff --json --reference error=1 --reference requests_per_s=0");
  CHECK(given.json()["reference"].dump() == R"({"error":1.0,"requests_per_s":0.0})");
  CHECK(winnow("pareto pareto-tradeoff --reference speed=1 2>&1").code == 2);
  CHECK(winnow("pareto pareto-tradeoff --reference error=fast 2>&1").code == 2);
}

TEST_CASE("a study with one objective has no front") {
  const Winnow winnow;
  winnow.run_example("function_minimum");
  const Answer answer = winnow("pareto function-minimum 2>&1");
  CHECK(answer.code == 2);
  CHECK(answer.output.find("`winnow best function-minimum`") != std::string::npos);
  CHECK_FALSE(winnow("best function-minimum --json").json().contains("rule"));
}

TEST_CASE("ask-tell answers each line at once and ends with its input") {
  const Winnow winnow;
  // The second line is written only when the first one has been answered.
  const Answer talk = winnow.shell(
      "mkfifo in out; \"$winnow\" ask-tell < in > out & exec 3> in 4< out\n"
      "echo "
      "'{\"cmd\":\"init\",\"space\":[{\"name\":\"x\",\"type\":\"int\",\"low\":4,\"high\":4}]}' "
      ">&3\n"
      "read first <&4; echo \"$first\"\n"
      "echo '{\"cmd\":\"ask\",\"n\":1}' >&3; read second <&4; echo \"$second\"\n"
      "exec 3>&-; wait $!; echo $?");
  CHECK(talk.output ==
        "{\"ok\":true,\"name\":\"winnow\",\"version\":\"0.1.0\"}\n"
        "{\"trials\":[{\"id\":0,\"params\":{\"x\":4}}]}\n0\n");
  CHECK(winnow("ask-tell < /dev/null > /dev/full 2>&1").code == 0);
  CHECK(winnow.shell("echo 1 | \"$winnow\" ask-tell > /dev/full 2> why").code == 6);
  CHECK(winnow.shell("echo '{\"cmd\":\"stop\"}' | \"$winnow\" ask-tell").output ==
        "{\"ok\":true}\n");
}
