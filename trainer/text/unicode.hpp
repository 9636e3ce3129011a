// The few questions about Unicode that tokenizers ask, answered from utf8proc's tables. For BERT's
// normalisation categories are those of Unicode 8.0: the tokenizer that models were trained with
// ends there, and a mark that it kept must be kept here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace winnow::train {

/// Decodes UTF-8. Every maximal ill-formed sequence becomes one U+FFFD (The Unicode Standard 15.0,
/// section 3.9, "U+FFFD Substitution of Maximal Subparts").
std::u32string decode_utf8(std::string_view text);
void append_utf8(std::string& out, char32_t code_point);
std::string encode_utf8(std::u32string_view text);

/// General category Cc, Cf, Cs or Co: control, format, surrogate, private use; not the unassigned.
bool is_other(char32_t code_point);
/// General category Mn.
bool is_nonspacing_mark(char32_t code_point);
/// Property White_Space.
bool is_white_space(char32_t code_point);
/// General category P*, or an ASCII symbol such as $ + ~.
bool is_punctuation(char32_t code_point);

/// General category L* in Unicode 16.0, for the patterns of byte-pair models.
bool is_letter(char32_t code_point);
/// General category N* in Unicode 16.0.
bool is_number(char32_t code_point);

/// Canonical decomposition, canonically ordered (NFD).
std::u32string decompose(std::u32string_view text);
/// Canonical composition (NFC).
std::u32string compose(std::u32string_view text);
/// Full lower-case mapping without context or language: U+0130 becomes two code points.
void append_lower(std::u32string& out, char32_t code_point);

}  // namespace winnow::train
