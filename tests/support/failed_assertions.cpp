// Tells temporary folders of assertions that failed: a CHECK throws nothing that a destructor could
// notice.
#include <catch2/catch.hpp>

#include "tests/support/temporary_folder.hpp"

namespace winnow::tests {
namespace {

class FailedAssertions : public Catch::TestEventListenerBase {
 public:
  explicit FailedAssertions(const Catch::ReporterConfig& config) : TestEventListenerBase(config) {}
  void testCaseStarting(const Catch::TestCaseInfo& test) override {
    TestEventListenerBase::testCaseStarting(test);
    note_assertions(Assertions::all_held);
  }
  bool assertionEnded(const Catch::AssertionStats& stats) override {
    if (!stats.assertionResult.isOk()) note_assertions(Assertions::one_failed);
    return false;
  }
};

CATCH_REGISTER_LISTENER(FailedAssertions)

}  // namespace
}  // namespace winnow::tests
