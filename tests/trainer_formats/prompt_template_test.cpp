#include "trainer/data/prompt_template.hpp"

#include <catch2/catch.hpp>

#include "trainer/errors.hpp"

using namespace winnow::train;
using Catch::Contains;

namespace {

std::string filled(const std::string& form, const std::vector<std::string>& columns = {},
                   const std::string& examples = "") {
  return PromptTemplate::parse(form, "prompt_template")
      .filled({"a text", columns, "Do it.", examples});
}

std::string fault_of(const std::string& form) {
  try {
    PromptTemplate::parse(form, "prompt_template");
  } catch (const ConfigError& error) {
    CHECK(error.faults().front().place == "prompt_template");
    return error.faults().front().message;
  }
  return "none";
}

}  // namespace

TEST_CASE("slots are filled, doubled braces are braces") {
  CHECK(filled("{text}") == "a text");
  CHECK(filled("{instruction}\n{{{text}}} {{x}}") == "Do it.\n{a text} {x}");
  CHECK(filled("{b}/{a}/{b}: {text}", {"one", "two"}) == "one/two/one: a text");
  CHECK(PromptTemplate::parse("{b}{a}{b}{text}", "").columns() ==
        std::vector<std::string>{"b", "a"});
  CHECK(PromptTemplate().filled({"a text", {}, "", "e "}) == "e a text");
  CHECK_FALSE(PromptTemplate().has_instruction());
}

TEST_CASE("examples stand in their slot, or in front, and look like what follows it") {
  const PromptTemplate slot = PromptTemplate::parse("{instruction}\n{examples}Q: {text}\nA:", "");
  CHECK(slot.filled({"t", {}, "Do it.", "E\n"}) == "Do it.\nE\nQ: t\nA:");
  CHECK(slot.filled_example({"s", {}, "Do it.", ""}) == "Q: s\nA:");
  const PromptTemplate none = PromptTemplate::parse("{instruction} Q: {text}", "");
  CHECK(none.filled({"t", {}, "Do it.", "E\n"}) == "E\nDo it. Q: t");
  CHECK(none.filled_example({"s", {}, "Do it.", ""}) == "Do it. Q: s");
}

TEST_CASE("every template of the library can be named and filled") {
  for (const std::string& name : known_prompt_templates()) {
    INFO(name);
    const PromptTemplate form = PromptTemplate::parse(name, "");
    const std::string text = form.filled({"a text", {}, "Do it.", "E"});
    CHECK_THAT(text, Contains("a text"));
    CHECK_THAT(text, Contains("E"));
    CHECK((text.find("Do it.") != std::string::npos) == form.has_instruction());
    CHECK(text.find_first_of("{}") == std::string::npos);
  }
}

TEST_CASE("what is no template is refused with the place") {
  CHECK(fault_of("{text}") == "none");
  CHECK_THAT(fault_of("plan"), Contains("has no slot {text}") && Contains("plain"));
  CHECK_THAT(fault_of("{text"), Contains("brace at character 1"));
  CHECK_THAT(fault_of("ab}{text}"), Contains("brace at character 3"));
  CHECK_THAT(fault_of("{}{text}"), Contains("brace at character 1"));
  CHECK_THAT(fault_of("{a{text}"), Contains("brace at character 1"));
  CHECK_THAT(fault_of("{examples}{text}{examples}"), Contains("twice"));
}
