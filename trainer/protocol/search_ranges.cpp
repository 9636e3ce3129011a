#include "trainer/protocol/search_ranges.hpp"

namespace winnow::protocol {

const std::vector<SearchRange>& search_ranges() {
  static const std::vector<SearchRange> table = {
      {"learning_rate", "{min: 1e-5, max: 1e-3, scale: log}",
       "2e-5 to 5e-5 for whole models: Devlin et al. 2018, appendix A.3; about ten times as much "
       "for additions: Hu et al. 2021, appendix D",
       ""},
      {"batch_size", "{values: [8, 16, 32, 64], ordered: true}",
       "16 and 32: Devlin et al. 2018, appendix A.3, and a step beyond each", ""},
      {"lora_rank", "{values: [2, 4, 8, 16, 64], ordered: true}", "Hu et al. 2021, table 6",
       "lora"},
      {"adapter_size", "{values: [8, 64, 256], ordered: true}", "Houlsby et al. 2019, section 3.2",
       "adapters"},
      {"virtual_tokens", "{values: [1, 5, 20, 100], ordered: true}",
       "Lester et al. 2021, section 3.2", "prefix prompt"},
      {"layer_rate_decay", "{min: 0.65, max: 1.0}",
       ".95 and less: Sun et al. 2019, \"How to Fine-Tune BERT for Text Classification?\", section "
       "5.3.3; .65 to .9: Bao et al. 2022, BEiT, appendix",
       "full"},
      {"weight_decay", "{min: 1e-3, max: 0.1, scale: log}",
       ".01: Devlin et al. 2018; a factor of ten around it", ""},
      {"warmup_fraction", "{min: 0.0, max: 0.2}",
       ".06 and .1: Liu et al. 2019, RoBERTa, table 10, and Devlin et al. 2018", ""},
      {"dropout", "{min: 0.0, max: 0.3}", ".1: Devlin et al. 2018, and less or more of it", ""},
      {"label_smoothing", "{min: 0.0, max: 0.2}",
       ".1: Szegedy et al. 2016, section 7, and less or more of it", ""},
      {"epochs", "{values: [2, 3, 4], ordered: true}", "Devlin et al. 2018, appendix A.3", ""},
  };
  return table;
}

const SearchRange* find_search_range(std::string_view setting) {
  for (const SearchRange& range : search_ranges()) {
    if (range.setting == setting) return &range;
  }
  return nullptr;
}

}  // namespace winnow::protocol
