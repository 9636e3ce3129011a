#include "orchestrator/report/trial_details.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/storage/builders.hpp"

using Catch::Contains;
using namespace winnow;
using namespace winnow::run;
using namespace winnow::store;

TEST_CASE("the details of a trial sum up its metrics, attempts and checkpoints") {
  Store store = a_store();
  const AttemptId first = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.record_process(first, a_process(9));
  ReportBatch batch;
  batch.measurements = {a_measurement(0, 1, 3.0), a_measurement(10, 2, NAN),
                        a_measurement(20, 3, 1.0), a_measurement(30, 4, 2.0)};
  batch.checkpoints = {{4, "step-4"}};
  batch.offset = 40;
  store.add_reports(first, batch);
  AttemptEndRow crashed = an_attempt_end("crashed");
  crashed.signal = 9;
  crashed.message = "killed\x1b[2J";
  crashed.max_rss_bytes = 3 << 20;
  ReportBatch nothing_more;
  nothing_more.offset = 40;
  store.end_attempt(first, nothing_more, crashed,
                    a_trial_end(Ending::failed, {{"eval_loss", 2.0}}));
  store.add_decision("noted", TrialNumber{0}, R"({"why":"it is so"})");

  const TrialDetails details = details_of(store, *store.trial(TrialNumber{0}), "/s/trials/0000");
  REQUIRE(details.metrics.size() == 1);
  const MetricSummary& loss = details.metrics[0];
  CHECK(loss.metric == "eval_loss");
  CHECK(loss.reports == 4);
  CHECK(loss.first == 3.0);
  CHECK(loss.least == 1.0);
  CHECK(loss.greatest == 3.0);
  CHECK(loss.last == 2.0);
  CHECK(loss.last_step == 4);

  const auto json = as_json(details);
  CHECK(json["version"] == 1);
  CHECK(json["trial"]["state"] == "failed");
  CHECK(json["attempts"][0]["folder"] == "/s/trials/0000/attempt-1");
  CHECK(json["attempts"][0]["end"]["signal"] == 9);
  CHECK(json["checkpoints"][0]["path"] == "step-4");
  CHECK(json["decisions"][0]["record"]["why"] == "it is so");

  const std::string text = as_text(details, 300);
  CHECK_THAT(text, Contains("trial   0 of quick: failed"));
  CHECK_THAT(text, Contains("value   eval_loss = 2.0\n"));
  CHECK_THAT(text, Contains("checkpoint of step 4: checkpoints/step-4\n"));
  CHECK_THAT(text, Contains("signal 9"));
  CHECK_THAT(text, Contains("3 MiB"));
  CHECK(text.find('\x1b') == std::string::npos);
}
