// Defaults named "transformers" are those of TrainingArguments of Hugging Face transformers 5;
// users who come from there find the same optimisation under the same numbers.
#include "trainer/protocol/settings_table.hpp"

#include "trainer/protocol/setting_makers.hpp"

namespace winnow::protocol {
namespace {

using nlohmann::json;

void append(std::vector<Setting>& table, std::vector<Setting> rows) {
  for (Setting& row : rows) table.push_back(std::move(row));
}

std::vector<Setting> adaptation() {
  return {
      choice(
          "adaptation", "full", {"full", "lora", "bitfit", "adapters", "prefix", "prompt"},
          "What is learned: all of the trained layers, low-rank additions to linear maps, biases "
          "alone, bottlenecks behind a layer's branches, keys and values in front of those of "
          "each layer, or embeddings in front of each row; a classifier's head is always "
          "trained.",
          "full fine-tuning is the plain method; LoRA: Hu et al. 2021; BitFit: Ben Zaken et al. "
          "2022; adapters: Houlsby et al. 2019; prefix: Li and Liang 2021; prompt: Lester et al. "
          "2021"),
      integer("trainable_layers", json(), 0, 1000,
              "Number of top layers that are trained; 0 trains the head only.",
              "absent: the whole model is trained; no published model is deeper than 1000 layers"),
      integer("lora_rank", 8, 1, 1024, "Rank r of a low-rank addition; lora only.",
              "LoraConfig of PEFT"),
      real("lora_alpha", 8.0, {0.0, true}, {1e6},
           "A low-rank addition is multiplied by alpha / r; lora only.", "LoraConfig of PEFT"),
      flag("rslora", false, "Multiplies by alpha / sqrt(r) instead; lora only.",
           "Kalajdzievski 2023, \"A rank stabilization scaling factor for fine-tuning with LoRA\""),
      real("lora_dropout", 0.0, {0.0}, {1.0, true},
           "Share of the inputs of a low-rank addition that is dropped; lora only.",
           "LoraConfig of PEFT"),
      text("lora_targets", json(),
           "Linear maps that get a low-rank addition, as endings of their names with commas "
           "between, such as query,value; all-linear: every one in the layers; lora only.",
           "absent: PEFT's choice for the model's family"),
      integer("adapter_size", 64, 1, 4096, "Width of a bottleneck; adapters only.",
              "the fixed size that Houlsby et al. 2019, section 3.3, tried for all tasks"),
      choice("adapter_places", "both", {"both", "mlp"},
             "Whether bottlenecks stand behind attention and MLP or behind the MLP alone; adapters "
             "only.",
             "both: Houlsby et al. 2019; mlp: Pfeiffer et al. 2021"),
      integer("virtual_tokens", 20, 1, 1024,
              "Number of what stands in front of each row; prefix and prompt only.",
              "more gains little: Lester et al. 2021, section 3.2"),
      file("adapter", false,
           "PEFT folder with the additions to begin with; it also says their sizes and places; "
           "lora, adapters, prefix and prompt."),
      real("unfreeze_every_epochs", json(), {0.0, true}, {many},
           "Begins with the head alone and unfreezes one more layer from the top each time so many "
           "epochs have passed, the embeddings last.",
           "absent: all from the start; gradual unfreezing: Howard and Ruder 2018, section 3.3"),
      real("layer_rate_decay", 1.0, {0.0, true}, {1.0},
           "Each layer's step size as a share of that of the layer above it; the top layer has the "
           "full one.",
           "1: all alike; discriminative fine-tuning: Howard and Ruder 2018, section 3.2"),
      real("head_rate_factor", 1.0, {0.0, true}, {1e4},
           "The head's step size as a multiple of the top layer's.", "1: all alike"),
  };
}

std::vector<Setting> optimizer_settings() {
  return {
      real("learning_rate", 5e-5, {0.0, true}, {1.0}, "Peak step size.", "transformers"),
      integer("batch_size", 16, 1, 4096, "Rows of an optimiser step.",
              "smaller of the two sizes recommended by Devlin et al. 2018, appendix A.3"),
      integer("micro_batch_size", json(), 1, 4096,
              "Rows computed at a time; gradients are summed up to a whole batch, and each row or "
              "token counts the same.",
              "absent: the whole batch at once"),
      flag("gradient_checkpointing", false,
           "Keeps what enters each layer and computes the rest of it again in the backward pass: "
           "less memory, a third more work, the same numbers.",
           "off; Chen et al. 2016"),
      choice(
          "precision", "fp32", {"fp32", "bf16"},
          "Numbers that the model computes with. With bf16 the optimiser changes, and checkpoints "
          "hold, fp32 values of what is trained; weights, activations and gradients are their "
          "rounded copies.",
          "fp32 needs no care; fp32 masters: Micikevicius et al. 2018, section 3.1; bf16: "
          "Kalamkar et al. 2019, \"A Study of BFLOAT16 for Deep Learning Training\""),
      real("epochs", 3.0, {0.0, true}, {many}, "Passes over the training rows; may be fractional.",
           "transformers"),
      integer("max_steps", json(), 0, many,
              "Ends training after this many optimiser steps; 0 measures the model as it is.",
              "absent: epochs decide"),
      choice(
          "optimizer", "adamw",
          {"sgd", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "nadam", "radam",
           "lion", "lbfgs"},
          "The update rule; adamw and lion decay weights apart from the gradient, the others "
          "through it. lbfgs makes one iteration a step, without line search: for whole or large "
          "batches.",
          "transformers"),
      real("momentum", 0.9, {0.0}, {1.0, true}, "Share of the last step kept; sgd and nesterov.",
           "customary since Sutskever et al. "
           "2013"),
      real("beta1", 0.9, {0.0}, {1.0, true},
           "Decay of the gradient's average; adam, adamw, nadam, radam, lion.",
           "Kingma and Ba 2015, algorithm 1"),
      real("beta2", 0.999, {0.0}, {1.0, true},
           "Decay of the squared gradient's average (lion: of the momentum); not sgd, nesterov, "
           "adagrad.",
           "Kingma and Ba 2015, algorithm 1"),
      real("epsilon", 1e-8, {0.0, true}, {1.0},
           "Added to the root of the squared gradients; not sgd, nesterov, lion.",
           "Kingma and Ba 2015, algorithm 1"),
      integer("lbfgs_history", 10, 1, 1000,
              "Steps that are remembered, two blocks of all trained numbers each; lbfgs only.",
              "3 to 20 are usual: Nocedal and Wright 2006, section 7.2"),
      real("weight_decay", 0.0, {0.0}, {1.0}, "Strength of the decay of weights.", "transformers"),
      real("gradient_clip", 1.0, {0.0}, {many},
           "Largest norm of the whole gradient; 0 turns clipping off.", "transformers"),
      real("gradient_clip_value", 0.0, {0.0}, {many},
           "Largest size of a gradient's entry; 0 turns clipping off.", "off, as in transformers"),
      real("exploding_gradient", 0.0, {0.0}, {many},
           "Norm of the whole gradient, before clipping, beyond which a run fails as "
           "exploding_gradient; 0: only where it is not finite.",
           "off: clipping deals with large gradients"),
      real(
          "vanishing_gradient", 1e-7, {0.0}, {1.0},
          "Share of the largest layer's gradient, as root mean square, below which that of another "
          "layer has vanished: vanished_layers counts them at each evaluation.",
          "about the resolution of fp32: beside the largest, nothing is left of it in a sum"),
      real("ema_decay", 0.0, {0.0}, {1.0, true},
           "Evaluates and exports an exponential moving average of the weights with this decay; 0 "
           "turns it off.",
           "off; averaging: Polyak and Juditsky 1992"),
  };
}

std::vector<Setting> schedule_settings() {
  return {
      choice(
          "schedule", "linear",
          {"constant", "linear", "cosine", "polynomial", "step", "exponential", "one_cycle",
           "plateau"},
          "Course of the step size after warm-up. linear, cosine and polynomial reach zero after "
          "the last step; plateau is constant until evaluations stop improving.",
          "transformers"),
      real("warmup_fraction", 0.0, {0.0}, {1.0},
           "Share of all steps in which the step size rises linearly from zero; not one_cycle.",
           "transformers"),
      real("schedule_power", 1.0, {0.0, true}, {100.0}, "Exponent; polynomial only.",
           "PolynomialLR of PyTorch"),
      real("schedule_decay", 0.1, {0.0, true}, {1.0},
           "Factor of each drop; step, exponential, plateau.", "StepLR of PyTorch"),
      integer("schedule_every_steps", 0, 0, many,
              "Optimiser steps between drops; 0 takes an epoch; step and exponential.",
              "PyTorch's schedulers are mostly stepped once an epoch"),
      real("one_cycle_rise", 0.3, {0.0, true}, {1.0, true},
           "Share of all steps in which the step size rises; one_cycle only.",
           "OneCycleLR of PyTorch"),
      integer("plateau_patience", 10, 0, many,
              "Evaluations without improvement that are borne before a drop; plateau only.",
              "ReduceLROnPlateau of PyTorch"),
      real("plateau_threshold", 1e-4, {0.0}, {1.0},
           "A relative improvement smaller than this does not count; plateau only.",
           "ReduceLROnPlateau of PyTorch"),
  };
}

std::vector<Setting> regularisation() {
  return {
      real("dropout", 0.1, {0.0}, {1.0, true},
           "Share of activations dropped in trained layers and in the head; frozen layers have "
           "none.",
           "Devlin et al. 2018, appendix A.2"),
      real("label_smoothing", 0.0, {0.0}, {1.0, true},
           "Share of a label's weight that is spread over all classes in the training loss.",
           "off; Szegedy et al. 2016, section 7"),
      real("l1_penalty", 0.0, {0.0}, {1.0},
           "Multiple of the sum of sizes of the weights that decay, added to the objective; not "
           "part of the reported loss.",
           "off; Tibshirani 1996"),
      real("l2_penalty", 0.0, {0.0}, {1.0},
           "Multiple of half the sum of squares of the weights that decay, added to the objective; "
           "not part of the reported loss.",
           "off; Krogh and Hertz 1991"),
  };
}

std::vector<Setting> evaluation_and_run() {
  return {
      integer("seed", json(), 0, max_exact_integer, "Seed of initial weights and dropout.",
              "absent: the environment variable WINNOW_SEED"),
      integer("data_seed", json(), 0, max_exact_integer, "Seed of the order of training rows.",
              "absent: the environment variable WINNOW_DATA_SEED, else the seed"),
      integer("eval_every_steps", 0, 0, many,
              "Optimiser steps between evaluations; 0 evaluates at the end of each epoch.",
              "an epoch is the natural unit of small data sets"),
      choice("early_stopping_rule", "no_improvement", {"no_improvement", "decline", "loss_rise"},
             "Which evaluations are bad: those without improvement over the best, those worse than "
             "the one before, or those whose eval_loss is early_stopping_rise above the lowest.",
             "patience over the best is customary; decline and loss_rise: criteria UP and GL of "
             "Prechelt 1998, \"Early stopping - but when?\""),
      integer("early_stopping_patience", 0, 0, many,
              "Bad evaluations in a row after which training ends; 0 never ends it early.",
              "off: how long a trial runs is the study's decision"),
      real("early_stopping_rise", 5.0, {0.0}, {many},
           "Per cent by which eval_loss must lie above its lowest to be bad; loss_rise only.",
           "the largest threshold studied by Prechelt 1998"),
      text("early_stopping_metric", "eval_loss",
           "The metric that must improve, also the one by which the best checkpoint is chosen.",
           "the loss exists in every task"),
      real("target", json(), {-many}, {many},
           "Value of early_stopping_metric; when an evaluation first reaches it, time_to_target_s "
           "is reported from then on, in seconds since the start of the process.",
           "absent: nobody waits for it"),
      flag("measure_speed", false,
           "Reports tokens_per_s of the training steps and peak_memory_mb of the process with each "
           "evaluation.",
           "off: the numbers differ from run to run"),
      flag("deterministic", false,
           "Uses kernels on a GPU that give the same bits each time, which may be slower, and "
           "refuses those that have none; on a processor all do, for the same number of threads.",
           "off, as in PyTorch"),
      real("early_stopping_min_delta", 0.0, {0.0}, {many},
           "An improvement smaller than this does not count.", "every improvement counts"),
      integer("checkpoint_every_steps", 0, 0, many,
              "Optimiser steps between checkpoints; 0 writes one at each evaluation.",
              "only at an evaluation is it known what a checkpoint is worth"),
      integer("keep_checkpoints", 2, 1, 1000,
              "Latest checkpoints that are kept; the best one is kept besides.",
              "two: one whole checkpoint survives when the newest is damaged"),
      flag("restore_best", true, "Ends with the best checkpoint's weights instead of the last.",
           "what a study compares is the best evaluation"),
      flag("evaluate_test", false, "Measures test_* metrics on test_data at the end.",
           "off: test rows are for the chosen model only"),
      integer("threads", 1, 1, 1024, "Threads of the numerical library.",
              "one a trial: a study runs several trials side by side"),
      file("cache_dir", false,
           "Folder of files shared between trials, such as activations of frozen layers."),
  };
}

}  // namespace

std::vector<Setting> settings_table() {
  std::vector<Setting> table;
  append(table, settings_of_data());
  append(table, adaptation());
  append(table, optimizer_settings());
  append(table, schedule_settings());
  append(table, regularisation());
  append(table, evaluation_and_run());
  return table;
}

}  // namespace winnow::protocol
