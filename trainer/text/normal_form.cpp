#include "trainer/text/normal_form.hpp"

#include <algorithm>

#include "trainer/errors.hpp"
#include "trainer/text/unicode.hpp"

namespace winnow::train {

std::u32string normalize(std::u32string_view text, NormalForm form) {
  switch (form) {
    case NormalForm::as_it_is:
      return std::u32string(text);
    case NormalForm::composed:
      return compose(text);
    case NormalForm::underlined_blanks: {
      constexpr char32_t underline = 0x2581;
      std::u32string marked;
      if (text.empty()) return marked;
      marked += underline;
      marked += text;
      std::replace(marked.begin(), marked.end(), U' ', underline);
      return marked;
    }
  }
  throw BrokenExpectation("there are three normal forms");
}

}  // namespace winnow::train
