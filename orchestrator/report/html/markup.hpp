// Text of others inside HTML and SVG: names, reasons and values of a study may hold anything, and
// must neither become markup nor end it.
#pragma once

#include <string>
#include <string_view>

namespace winnow::run {

/// For the content of an element and for an attribute in double quotes. Control characters are
/// shown as escapes ("\x1b"), bytes that are no UTF-8 likewise.
std::string html_text(std::string_view text);

}  // namespace winnow::run
