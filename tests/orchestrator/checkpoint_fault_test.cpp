#include "orchestrator/checkpoint_fault.hpp"

#include <catch2/catch.hpp>

#include "tests/support/temporary_folder.hpp"
#include "trainer/protocol/manifest.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

/// A checkpoint as the embedded trainer writes it, as far as it matters here.
void make_checkpoint(const std::filesystem::path& folder, const std::string& state) {
  std::filesystem::create_directories(folder);
  write_text(folder / "state.json", state);
  write_text(folder / "manifest.json", protocol::manifest_text(folder));
}

const std::string best_at_1 = R"({"settings":{"restore_best":true},"best_evaluation":{"step":1}})";

}  // namespace

TEST_CASE("a checkpoint whose best one is damaged cannot be gone on from") {
  const TemporaryFolder root;
  make_checkpoint(root / "step-000001", best_at_1);
  make_checkpoint(root / "step-000002", best_at_1);
  CHECK_FALSE(resume_fault(root / "step-000002", root.path()));
  write_text(root / "step-000001/state.json", "damaged");
  CHECK_FALSE(checkpoint_fault(root / "step-000002", root.path()));  // it can be exported
  CHECK_THAT(resume_fault(root / "step-000002", root.path()).value_or("none"),
             Contains("the best checkpoint so far, step-000001, is damaged: "));
  std::filesystem::remove_all(root / "step-000001");
  CHECK(resume_fault(root / "step-000002", root.path()));
}

TEST_CASE("other checkpoints lean on none") {
  const TemporaryFolder root;
  make_checkpoint(root / "own", R"({"settings":{"restore_best":false},"best_evaluation":null})");
  CHECK_FALSE(resume_fault(root / "own", root.path()));
  make_checkpoint(root / "first", R"({"settings":{"restore_best":true},"best_evaluation":null})");
  CHECK_FALSE(resume_fault(root / "first", root.path()));
  make_checkpoint(root / "foreign", "no JSON");
  CHECK_FALSE(resume_fault(root / "foreign", root.path()));
  make_checkpoint(root / "stranger", R"({"settings":7})");
  CHECK_FALSE(resume_fault(root / "stranger", root.path()));
}
