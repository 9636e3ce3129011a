#include <catch2/catch.hpp>
#include <set>

#include "orchestrator/ask_tell/session.hpp"
#include "searchers/registry.hpp"

using Catch::Contains;
using Catch::StartsWith;
using namespace winnow;
using nlohmann::json;
using run::AskTellSession;
using std::string;

namespace {

const string conditional_space =
    R"([{"name":"lr [1/s]","type":"float","low":1e-5,"high":1,"log":true},)"
    R"({"name":"layers","type":"int","low":1,"high":6},)"
    R"({"name":"opt","type":"cat","choices":["sgd",null,1,1.5,true]},)"
    R"({"name":"nesterov","type":"cat","choices":["yes","no"],"when":{"param":"opt","in":["sgd",1.0]}},)"
    R"({"name":"momentum","type":"float","low":0,"high":0.9,"when":{"param":"nesterov","in":["yes"]}}])";

string init(const string& space, const string& more = "") {
  return R"({"cmd":"init","v":1,"space":)" + space + R"(,"directions":["minimize"],"seed":3)" +
         (more.empty() ? "" : "," + more) + "}";
}

json said(AskTellSession& session, const string& line) { return json::parse(session.answer(line)); }

json tell(const json& id, double value) {
  return {{"cmd", "tell"}, {"id", id}, {"values", {value}}};
}

// A loss that every value of the conditional space has a part in.
double loss_of(const json& params) {
  double loss = std::abs(params["lr [1/s]"].get<double>() - 0.1) + params["layers"].get<double>();
  if (params["opt"] == "sgd") loss -= 2;
  if (params.contains("momentum")) loss -= params["momentum"].get<double>();
  return loss;
}

/// All answers of a run of `asks` trials, two of which run at any time.
std::vector<string> run_of(const string& first_line, int asks, double sign = 1) {
  AskTellSession session;
  std::vector<string> answers = {session.answer(first_line)};
  std::vector<json> running;
  for (int k = 0; k < asks; ++k) {
    answers.push_back(session.answer(R"({"cmd":"ask","n":1})"));
    running.push_back(json::parse(answers.back())["trials"][0]);
    if (running.size() < 3) continue;
    answers.push_back(
        session.answer(tell(running[1]["id"], sign * loss_of(running[1]["params"])).dump()));
    running.erase(running.begin() + 1);
  }
  return answers;
}

}  // namespace

TEST_CASE("a conversation of ask-tell has exactly these lines") {
  AskTellSession session;
  CHECK(session.answer(init(R"([{"name":"act","type":"cat","choices":["relu"]},)"
                            R"({"name":"n","type":"int","low":2,"high":2},)"
                            R"({"name":"x","type":"float","low":3,"high":3}])",
                            R"("budget":null,"ref":null,"noisy":null,"other":{"a":[1]})")) ==
        "{\"ok\":true,\"name\":\"winnow\",\"version\":\"0.1.0\"}\n");
  CHECK(session.answer(R"({"cmd":"ask","n":1})") ==
        "{\"trials\":[{\"id\":0,\"params\":{\"act\":\"relu\",\"n\":2,\"x\":3.0}}]}\n");
  // There is no other point: it is given again.
  CHECK(session.answer(R"({"cmd":"ask"})") ==
        "{\"trials\":[{\"id\":1,\"params\":{\"act\":\"relu\",\"n\":2,\"x\":3.0}}],\"finished\":"
        "true}\n");
  CHECK(session.answer(R"({"cmd":"tell","id":1,"values":[0.73]})") == "{\"ok\":true}\n");
  CHECK(session.answer(R"({"cmd":"tell","id":0,"values":[NaN]})") ==
        "{\"ok\":true,\"failed\":true}\n");
  CHECK_FALSE(session.is_over());
  CHECK(session.answer(R"({"cmd":"stop"})") == "{\"ok\":true}\n");
  CHECK(session.is_over());
}

TEST_CASE("a client of ask-tell gets its own names and choices, and only what is active") {
  AskTellSession session;
  REQUIRE(said(session, init(conditional_space, R"("options":{"method":"random"})"))["ok"] == true);
  const json trials = said(session, R"({"cmd":"ask","n":200})")["trials"];
  REQUIRE(trials.size() == 200);
  std::set<string> opts;
  for (std::size_t k = 0; k < trials.size(); ++k) {
    const json& params = trials[k]["params"];
    CHECK(trials[k]["id"] == k);
    CHECK(params["layers"].is_number_integer());
    CHECK(params["lr [1/s]"].is_number_float());
    opts.insert(params["opt"].dump());
    const bool has_nesterov = params["opt"] == "sgd" || params["opt"] == json(1);
    CHECK(params.contains("nesterov") == has_nesterov);
    CHECK(params.contains("momentum") == (has_nesterov && params["nesterov"] == "yes"));
  }
  CHECK(opts == std::set<string>{R"("sgd")", "null", "1", "1.5", "true"});
}

TEST_CASE("the same requests of ask-tell get the same answers, with every method") {
  for (const search::SearcherEntry* entry : search::searchers()) {
    if (!entry->capabilities.conditions || !entry->capabilities.continuous) continue;
    CAPTURE(entry->name);
    const string options = entry->name == "grid" ? R"(,"points_per_parameter":3)" : "";
    const string method = R"("budget":20,"options":{"method":")" + entry->name + "\"" + options;
    const string line = init(conditional_space, method + "}");
    const std::vector<string> once = run_of(line, 14);
    CHECK(once == run_of(line, 14));
    CHECK(once[0].starts_with("{\"ok\":true"));
  }
}

TEST_CASE("what is to be maximised is told to a method upside down") {
  const string line = init(conditional_space, R"("options":{"method":"tpe"})");
  string upwards = line;
  upwards.replace(upwards.find("minimize"), 8, "maximize");
  CHECK(run_of(line, 40) == run_of(upwards, 40, -1));
  CHECK(run_of(line, 40) != run_of(upwards, 40));
}

TEST_CASE("whether losses are noisy is passed on to the methods that ask") {
  const string gp = R"("options":{"method":"gp"})";
  const std::vector<string> exact = run_of(init(conditional_space, R"("noisy":false,)" + gp), 16);
  CHECK(exact ==
        run_of(init(conditional_space, R"("options":{"method":"gp","noise":"none"})"), 16));
  CHECK(exact != run_of(init(conditional_space, R"("noisy":true,)" + gp), 16));
}

TEST_CASE("several values of a trial are told together, failed and pruned trials without") {
  AskTellSession session;
  REQUIRE(said(session, R"({"cmd":"init","space":[{"name":"x","type":"float","low":0,"high":1}],)"
                        R"("directions":["minimize","maximize"],"seed":18446744073709551615,)"
                        R"("options":{"method":"nsga2"}})")["ok"] == true);
  REQUIRE(said(session, R"({"cmd":"ask","n":5})")["trials"].size() == 5);
  CHECK(said(session, R"({"cmd":"tell","id":4,"values":[1,1e308]})") == json{{"ok", true}});
  CHECK(said(session, R"({"cmd":"tell","id":0,"state":"fail"})") == json{{"ok", true}});
  CHECK(said(session, R"({"cmd":"tell","id":1,"values":[1,2],"state":"pruned"})") ==
        json{{"ok", true}});
  CHECK(said(session, R"({"cmd":"tell","id":2,"state":"pruned"})") == json{{"ok", true}});
  CHECK(said(session, R"({"cmd":"tell","id":3,"values":[1]})").contains("error"));
  CHECK(said(session, R"({"cmd":"tell","id":3,"values":[1, -Infinity]})")["failed"] == true);
  CHECK(said(session, R"({"cmd":"ask","n":3})")["trials"][2]["id"] == 7);
}

TEST_CASE("what ask-tell cannot do is said, and the conversation goes on") {
  AskTellSession session;
  CHECK_THAT(said(session, R"({"cmd":"ask","n":1})")["error"].get<string>(),
             Contains("init comes first"));
  REQUIRE(said(session, init(conditional_space))["ok"] == true);
  REQUIRE(said(session, R"({"cmd":"ask","n":2})")["trials"].size() == 2);
  REQUIRE(said(session, R"({"cmd":"tell","id":1,"values":[1]})")["ok"] == true);
  const std::vector<std::pair<string, string>> faults = {
      {"", "not JSON"},
      {"{\"cmd\":\"ask\"", "not JSON"},
      {"[1]", "expected an object, found [1]"},
      {"\"a\\\"NaN", "not JSON"},
      {string(100, '['), "nested"},
      {"{\"cmd\":\"\xff\"}", "UTF-8"},
      {R"({"cmd":7})", "cmd: expected text, found 7"},
      {R"({"cmd":"dance"})", "found dance"},
      {R"({"cmd":"report","id":0,"step":1,"values":[1]})", "tell the trial's end"},
      {R"({"cmd":"ask","n":0})", "n: expected 1 to"},
      {R"({"cmd":"ask","n":1.5})", "n: expected an integer"},
      {R"({"cmd":"tell","values":[1]})", "id: expected an integer, found nothing"},
      {R"({"cmd":"tell","id":1,"values":[1]})", "trial 1 was told before"},
      {R"({"cmd":"tell","id":2,"values":[1]})", "there is no trial 2"},
      {R"({"cmd":"tell","id":0})", "values: expected a list"},
      {R"({"cmd":"tell","id":0,"values":["1"]})", "expected numbers"},
      {R"({"cmd":"tell","id":0,"values":[1e999]})", "number overflow"},
      {R"({"cmd":"tell","id":0,"values":[1],"state":"done"})", "found done"}};
  for (const auto& [line, words] : faults) {
    CAPTURE(line);
    CHECK_THAT(said(session, line)["error"].get<string>(), Contains(words));
  }
  CHECK(said(session, R"({"cmd":"tell","id":0,"values":[1]})")["ok"] == true);
}

TEST_CASE("a space that ask-tell cannot search is refused in the client's words") {
  const std::vector<std::pair<string, string>> faults = {
      {"[]", "space: expected a list with something in it"},
      {R"([{"name":"x","type":"float","low":1,"high":0}])",
       R"(space[0] ("x"): high (0) is below low (1))"},
      {R"([{"name":"x","type":"float","low":0,"high":1,"log":true}])",
       "a log scale needs low above 0, found 0; use a small positive low or log: false"},
      {R"([{"name":"x","type":"float","low":"0","high":1}])",
       R"(space[0].low: expected a number, found "0")"},
      {R"([{"name":"x","type":"int","low":0.5,"high":1}])", "space[0].low: expected an integer"},
      {R"([{"name":"x","type":"tree"}])", "space[0].type: expected float, int or cat, found tree"},
      {R"([{"name":"x","type":"cat","choices":[]}])", "space[0].choices"},
      {R"([{"name":"x","type":"cat","choices":[[1]]}])", "expected JSON scalars, found [1]"},
      {R"([{"name":"x","type":"cat","choices":["a","a"]}])", R"("a" is listed twice)"},
      {R"([{"name":"x","type":"int","low":0,"high":1},{"name":"x","type":"int","low":0,"high":1}])",
       "two parameters called x"},
      {R"([{"name":"x","type":"int","low":0,"high":1,"when":{"param":"y","in":[1]}}])",
       "expected the name of an earlier cat, found y"},
      {R"([{"name":"c","type":"cat","choices":["a"]},)"
       R"({"name":"x","type":"int","low":0,"high":1,"when":{"param":"c","in":["b"]}}])",
       R"(space[1].when.in: "b" is no choice of c)"}};
  for (const auto& [space, words] : faults) {
    CAPTURE(space);
    AskTellSession session;
    CHECK_THAT(said(session, init(space))["error"].get<string>(), Contains(words));
  }
  AskTellSession session;
  const string good = R"([{"name":"x","type":"float","low":0,"high":1}])";
  CHECK_THAT(said(session, init(good, R"("options":{"method":"tpee"})"))["error"].get<string>(),
             Contains("did you mean tpe"));
  CHECK_THAT(
      said(session, init(good, R"("options":{"method":"gp","startz":1})"))["error"].get<string>(),
      Contains("starts"));
  CHECK_THAT(said(session, init(good, R"("options":{"method":"grid"})"))["error"].get<string>(),
             StartsWith(R"(space[0] ("x"): a grid needs)") &&
                 Contains("make it an int or a cat, or set options.points_per_parameter"));
  const string wide = R"([{"name":"x","type":"int","low":1,"high":20000000},)"
                      R"({"name":"max","type":"cat","choices":["a","b"]}])";
  CHECK_THAT(said(session, init(wide, R"("options":{"method":"grid"})"))["error"].get<string>(),
             StartsWith("options.max_points: the grid has 40000000 points and max_points is"));
  CHECK_THAT(said(session, init(good, R"("budget":0)"))["error"].get<string>(), Contains("budget"));
  CHECK_THAT(said(session, R"({"cmd":"init","v":2,"space":[]})")["error"].get<string>(),
             Contains("version 1"));
}
