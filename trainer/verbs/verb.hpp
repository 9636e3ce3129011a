// What `winnow-trainer` can do. A verb gets the words after its name and returns the exit code;
// errors are thrown and turned into messages and codes by main.
#pragma once

#include <span>
#include <string>

namespace winnow::train {

using Words = std::span<const std::string>;

int run_train(Words words);       // train CONFIG.json
int run_check(Words words);       // check CONFIG.json
int run_data(Words words);        // data CONFIG.json
int run_export(Words words);      // export --checkpoint DIR --out DIR
int run_merge(Words words);       // merge ADAPTER --out DIR
int run_evaluate(Words words);    // evaluate DIR --data FILE
int run_baseline(Words words);    // baseline MODEL --train FILE --data FILE
int run_encode(Words words);      // encode MODEL
int run_perplexity(Words words);  // perplexity DIR --data FILE
int run_generate(Words words);    // generate DIR
int run_import(Words words);      // import FILE --out DIR
int run_tokenize(Words words);    // tokenize DIR
int run_settings(Words words);    // settings
int run_describe(Words words);    // --describe
int run_doctor(Words words);      // doctor --json
int run_version(Words words);     // --version

}  // namespace winnow::train
