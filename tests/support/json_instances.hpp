/// JSON's templates, compiled once for all tests.
///
/// Half of a test's machine code was nlohmann_json's, compiled anew in every file (measured by `nm`
/// on the end-to-end tests). Declared here, in the tests' precompiled header, and compiled once in
/// json_instances.cpp.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

extern template class nlohmann::basic_json<>;

namespace nlohmann::detail {
extern template class serializer<json>;
extern template class json_sax_dom_parser<json>;
extern template class json_sax_dom_callback_parser<json>;
extern template class lexer<json, iterator_input_adapter<std::string::const_iterator>>;
extern template class parser<json, iterator_input_adapter<std::string::const_iterator>>;
extern template class lexer<json, iterator_input_adapter<const char*>>;
extern template class parser<json, iterator_input_adapter<const char*>>;
}  // namespace nlohmann::detail
