#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/temporary_folder.hpp"
#include "trainer/metrics/metric.hpp"
#include "trainer/protocol/metric_names.hpp"

using namespace winnow::train;

namespace {

EvaluationPass pass_of(std::int32_t classes, std::vector<std::int32_t> labels,
                       std::vector<std::int32_t> predicted, double mean_loss) {
  EvaluationPass pass;
  pass.rows = labels.size();
  pass.mean_loss = mean_loss;
  pass.classes = classes;
  pass.probabilities.resize(labels.size() * static_cast<std::size_t>(classes), 0.0f);
  for (std::size_t row = 0; row < predicted.size(); ++row) {
    const std::size_t place = row * static_cast<std::size_t>(classes);
    pass.probabilities[place + static_cast<std::size_t>(predicted[row])] = 1.0f;
  }
  pass.labels = std::move(labels);
  pass.predicted = std::move(predicted);
  return pass;
}

// By hand. Class 0: right 2, false positives 1, missed 1, F1 = 4/6. Class 1: right 1, false
// positives 2, missed 1, F1 = 2/5. Class 2: right 1, missed 1, F1 = 2/3. Class 3 never occurs.
const EvaluationPass pass = pass_of(4, {0, 0, 0, 1, 1, 2, 2}, {0, 0, 1, 1, 0, 2, 1}, 0.75);

}  // namespace

TEST_CASE("each metric gives the number worked out by hand") {
  const auto values = measure(pass, "eval_");
  CHECK(values.at("eval_loss") == 0.75);
  CHECK(values.at("eval_accuracy") == Approx(4.0 / 7.0));
  CHECK(values.at("eval_micro_f1") == Approx(4.0 / 7.0));
  CHECK(values.at("eval_macro_f1") == Approx((4.0 / 6.0 + 2.0 / 5.0 + 2.0 / 3.0) / 3.0));
}

TEST_CASE("every file of the metrics folder has registered one metric") {
  std::size_t files = 0;
  const std::string folder = std::string(WINNOW_SOURCE_DIR) + "/trainer/metrics";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".cpp") || name == "metric.cpp") continue;
    ++files;
    CHECK(metrics().contains(entry.path().stem().string()));
  }
  CHECK(files > 0);
  CHECK(metrics().size() == files);
}

TEST_CASE("losses and errors are better when lower, everything else when higher") {
  const std::set<std::string> lower = {"brier", "ece", "loss", "perplexity"};
  for (const auto& [name, metric] : metrics()) {
    INFO(name);
    CHECK((metric.better == Better::lower) == lower.contains(name));
  }
}

TEST_CASE("all right is one and all wrong is zero") {
  const auto right = measure(pass_of(2, {0, 1, 1}, {0, 1, 1}, 0.0), "");
  const auto wrong = measure(pass_of(2, {0, 1, 1}, {1, 0, 0}, 0.0), "");
  for (const char* name :
       {"accuracy", "macro_f1", "micro_f1", "macro_precision", "macro_recall", "auc_roc",
        "micro_precision", "micro_recall", "binary_f1", "binary_precision", "binary_recall"}) {
    INFO(name);
    CHECK(right.at(name) == 1.0);
    CHECK(wrong.at(name) == 0.0);
  }
  CHECK(right.at("mcc") == 1.0);
  CHECK(wrong.at("mcc") == -1.0);
  CHECK(right.at("ece") == 0.0);
  CHECK(wrong.at("ece") == 1.0);
  CHECK(wrong.at("brier") == 2.0);
}

TEST_CASE("scores equal scikit-learn's") {
  const auto golden = nlohmann::json::parse(winnow::tests::read_text(
      std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/metrics.json"));
  for (const nlohmann::json& drawn : golden.at("cases")) {
    EvaluationPass judged;
    judged.classes = drawn.at("classes");
    judged.labels = drawn.at("labels").get<std::vector<std::int32_t>>();
    judged.probabilities = drawn.at("probabilities").get<std::vector<float>>();
    judged.rows = judged.labels.size();
    for (std::size_t row = 0; row < judged.rows; ++row) {
      const auto begin =
          judged.probabilities.begin() + static_cast<std::ptrdiff_t>(row) * judged.classes;
      judged.predicted.push_back(
          static_cast<std::int32_t>(std::max_element(begin, begin + judged.classes) - begin));
    }
    const auto values = measure(judged, "");
    for (const auto& [name, score] : drawn.at("scores").items()) {
      INFO(name << " of " << judged.classes << " classes");
      CHECK(values.at(name) == Approx(score.get<double>()).margin(1e-6));
    }
    CHECK(values.contains("auc_roc") == (judged.classes == 2));
    CHECK(values.contains("binary_f1") == (judged.classes == 2));
  }
}

TEST_CASE("scores of texts equal those of NLTK and js-rouge") {
  const auto golden = nlohmann::json::parse(winnow::tests::read_text(
      std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/text_scores.json"));
  for (const nlohmann::json& expected : golden.at("cases")) {
    EvaluationPass written;
    for (const nlohmann::json& pair : expected.at("pairs")) {
      written.generated.push_back(pair.at(0));
      written.references.push_back(pair.at(1));
    }
    written.rows = written.references.size();
    const auto values = measure(written, "");
    for (const char* name : {"bleu", "rouge_1", "rouge_2", "rouge_l"}) {
      INFO(name);
      CHECK(values.at(name) == Approx(expected.at(name).get<double>()).margin(1e-9));
    }
  }
}

TEST_CASE("scores of texts are one where all is right and zero where nothing is written") {
  EvaluationPass written;
  written.rows = 2;
  written.references = {"a good film, really.", "oil prices rose on friday"};
  written.generated = {" a good film, really.\n", "oil prices rose on friday"};
  EvaluationPass empty = written;
  empty.generated = {"", ""};
  for (const char* name : {"bleu", "rouge_1", "rouge_2", "rouge_l", "exact_match"}) {
    INFO(name);
    CHECK(measure(written, "").at(name) == Approx(1.0));
    CHECK(measure(empty, "").at(name) == 0.0);
  }
}

TEST_CASE("scores of sets of labels and reciprocal ranks equal scikit-learn's") {
  const auto golden = nlohmann::json::parse(winnow::tests::read_text(
      std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/label_sets.json"));
  for (const nlohmann::json& drawn : golden.at("sets")) {
    EvaluationPass judged;
    judged.classes = golden.at("classes");
    judged.members = drawn.at("members").get<std::vector<std::uint8_t>>();
    judged.predicted_members = drawn.at("predicted").get<std::vector<std::uint8_t>>();
    judged.rows = judged.members.size() / static_cast<std::size_t>(judged.classes);
    const auto values = measure(judged, "");
    for (const auto& [name, score] : drawn.at("scores").items()) {
      INFO(name);
      CHECK(values.at(name) == Approx(score.get<double>()));
    }
    CHECK_FALSE(values.contains("mcc"));
  }
  for (const nlohmann::json& drawn : golden.at("ranks")) {
    EvaluationPass judged;
    judged.classes = golden.at("classes");
    judged.labels = drawn.at("labels").get<std::vector<std::int32_t>>();
    judged.predicted.assign(judged.labels.size(), 0);
    judged.probabilities = drawn.at("probabilities").get<std::vector<float>>();
    judged.rows = judged.labels.size();
    CHECK(measure(judged, "").at("mrr") == Approx(drawn.at("mrr").get<double>()));
  }
}

TEST_CASE("one class alone gives no order and no correlation") {
  const auto values = measure(pass_of(2, {1, 1}, {1, 0}, 0.0), "");
  CHECK(values.at("auc_roc") == 0.5);
  CHECK(values.at("mcc") == 0.0);
}

TEST_CASE("a language model's pass has its loss and perplexity and no scores of classes") {
  EvaluationPass spoken;
  spoken.rows = 3;
  spoken.predicted_tokens = 12;
  spoken.mean_loss = 2.0;
  const auto values = measure(spoken, "eval_");
  CHECK(values ==
        std::map<std::string, double>{{"eval_loss", 2.0}, {"eval_perplexity", std::exp(2.0)}});
}

TEST_CASE("a study may name what a pass reports and nothing else") {
  std::set<std::string> known;
  for (const std::string& name : winnow::protocol::reported_metrics("")) known.insert(name);
  std::set<std::string> reported = {"train_loss",      "gradient_norm", "largest_gradient_norm",
                                    "vanished_layers", "tokens_per_s",  "peak_memory_mb",
                                    "time_to_target_s"};
  for (const auto& [name, metric] : metrics()) reported.insert("eval_" + name);
  CHECK(known == reported);
}
