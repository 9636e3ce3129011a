#include "tests/support/json_instances.hpp"

template class nlohmann::basic_json<>;

namespace nlohmann::detail {
template class serializer<json>;
template class json_sax_dom_parser<json>;
template class json_sax_dom_callback_parser<json>;
template class lexer<json, iterator_input_adapter<std::string::const_iterator>>;
template class parser<json, iterator_input_adapter<std::string::const_iterator>>;
template class lexer<json, iterator_input_adapter<const char*>>;
template class parser<json, iterator_input_adapter<const char*>>;
}  // namespace nlohmann::detail
