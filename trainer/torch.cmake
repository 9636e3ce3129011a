# The half of the trainer that needs libtorch: Debian's, or another one named by CMAKE_PREFIX_PATH.
# The tests link torch as well, from another folder.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
find_package(Torch REQUIRED)
# Some libtorch packages ask for an older standard through their targets; ours stays as the project says.
set_property(TARGET torch PROPERTY INTERFACE_CXX_STANDARD)

# Metrics register themselves, so their objects go straight into whatever links the core: a static
# library would drop them.
file(GLOB metric_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/metrics/*.cpp)
list(FILTER metric_sources EXCLUDE REGEX "/metric\\.cpp$")
add_library(winnow_trainer_metrics OBJECT ${metric_sources})
target_link_libraries(winnow_trainer_metrics PRIVATE winnow_trainer_formats)

# What needs no libtorch header, apart from what does: these files compile in a second or two.
add_library(winnow_trainer_control STATIC
  arguments.cpp
  config.cpp
  config_faults.cpp
  environment.cpp
  loop/activation_file.cpp
  loop/early_stopping.cpp
  loop/reporter.cpp
  loop/run_state.cpp
  loop/speedometer.cpp
  loop/stop_request.cpp
  loop/training_rows.cpp
  metrics/metric.cpp
  model/adaptation_options.cpp
  model/adapter_config.cpp
  model/bert_config.cpp
  model/config_keys.cpp
  model/decoder_config.cpp
  model/fitting_tokenizer.cpp
  model/model_folder.cpp
  model/row_kernels.cpp
  model/sampling.cpp
  model/unfinished_folder.cpp
  optim/gradient_health.cpp
  optim/plateau.cpp
  optim/schedule.cpp
  verbs/data.cpp
  verbs/prompt_arguments.cpp
  verbs/settings.cpp
  verbs/tokenize.cpp)
target_link_libraries(winnow_trainer_control
  PUBLIC winnow_trainer_formats
  PRIVATE PkgConfig::XXHASH fmt::fmt-header-only)
target_precompile_headers(winnow_trainer_control REUSE_FROM winnow_protocol)

add_library(winnow_trainer_core STATIC
  baseline/logistic_regression.cpp
  baseline/strength.cpp
  loop/causal_evaluation.cpp
  loop/checkpoint.cpp
  loop/classification.cpp
  loop/evaluate.cpp
  loop/frozen_part.cpp
  loop/input_check.cpp
  loop/language_modelling.cpp
  loop/machine.cpp
  loop/task.cpp
  loop/train.cpp
  loop/trainer.cpp
  loop/training_data.cpp
  model/adaptation.cpp
  model/adapter_tensors.cpp
  model/bert.cpp
  model/bert_weights.cpp
  model/blas.cpp
  model/bottleneck.cpp
  model/causal_folder.cpp
  model/causal_model.cpp
  model/decoder.cpp
  model/direct_map.cpp
  model/decoder_weights.cpp
  model/dropout.cpp
  model/exported_folder.cpp
  model/generation.cpp
  model/linear.cpp
  model/llama2c_file.cpp
  model/packed_attention.cpp
  model/packed_batch.cpp
  model/prefix.cpp
  model/random_weights.cpp
  model/recomputed.cpp
  model/tensors.cpp
  model/text_classifier.cpp
  model/token_loss.cpp
  model/weight_slots.cpp
  optim/arena.cpp
  optim/clip.cpp
  optim/lbfgs.cpp
  optim/optimizer.cpp
  optim/weight_average.cpp
  verbs/baseline.cpp
  verbs/check.cpp
  verbs/doctor.cpp
  verbs/encode.cpp
  verbs/evaluate.cpp
  verbs/evaluate_language_model.cpp
  verbs/export.cpp
  verbs/generate.cpp
  verbs/import.cpp
  verbs/merge.cpp
  verbs/opened_encoder.cpp
  verbs/perplexity.cpp
  verbs/train.cpp)
# fmt is public and the version goes to one file only: the tests share the precompiled header, which GCC
# passes over without a word but a warning where a macro differs.
target_link_libraries(winnow_trainer_core
  PUBLIC winnow_trainer_control torch fmt::fmt-header-only
  PRIVATE PkgConfig::XXHASH ${CMAKE_DL_LIBS})
set_source_files_properties(verbs/doctor.cpp PROPERTIES
  COMPILE_DEFINITIONS WINNOW_VERSION="${PROJECT_VERSION}")
# As PyTorch itself is built: a root that may set errno keeps the loops of the optimizers from being
# vectorised. Public, because the tests share the precompiled header.
target_compile_options(winnow_trainer_core PUBLIC -fno-math-errno -fno-trapping-math)
target_include_directories(winnow_trainer_core SYSTEM PUBLIC ${TORCH_INCLUDE_DIRS})
target_precompile_headers(winnow_trainer_core PRIVATE <ATen/ATen.h> <fmt/format.h>
  <nlohmann/json.hpp>)
target_sources(winnow_trainer_core INTERFACE $<TARGET_OBJECTS:winnow_trainer_metrics>)

# One main; the verbs are in the core, where the precompiled header is.
add_executable(winnow-trainer main.cpp)
target_link_libraries(winnow-trainer PRIVATE winnow_trainer_core)
