#include "orchestrator/commands/study_argument.hpp"

namespace winnow::run {

void StudyArgument::add_to(CLI::App& app) {
  app.add_option("STUDY", study, "name of a study, or path to its folder or its study.db")
      ->required();
  app.add_option("--root", root, "folder of studies (default: $WINNOW_ROOT, else ./studies)");
}

StudyFolder StudyArgument::folder() const { return find_study(study, studies_root(root)); }

store::Store StudyArgument::open() const {
  return store::Store::open_read_only(folder().database());
}

}  // namespace winnow::run
