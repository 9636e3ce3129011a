#include "orchestrator/commands/study_argument.hpp"

namespace winnow::run {

void StudyArgument::add_to(CommandOptions& options) {
  options.add_required("STUDY", study, "name of a study, or path to its folder or its study.db");
  options.add("--root", root, "folder of studies (default: $WINNOW_ROOT, else ./studies)");
}

StudyFolder StudyArgument::folder() const { return find_study(study, studies_root(root)); }

store::Store StudyArgument::open() const {
  return store::Store::open_read_only(folder().database());
}

}  // namespace winnow::run
