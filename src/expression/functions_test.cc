// SPDX-License-Identifier: Apache-2.0
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include <gmock/gmock.h>

#include "base/bytes.h"
#include "expression/certificates_for_test.h"
#include "expression/function.h"
#include "expression/function_examples.h"
#include "expression/object_for_test.h"

namespace tandem::expression {
namespace {

using directory::ValueType;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::string_literals;

// The object that all examples are about.
ObjectForTest exampleObject() {
  ObjectForTest object;
  object.surroundings(1'893'456'000, 0x0123'4567'89AB'CDEF);  // 2030-01-01
  object.dn("CN=Joe,OU=Atlanta,OU=GA,OU=US,DC=contoso,DC=com");
  object.parameter("Forest.LDAP", "DC=contoso,DC=com");
  object.parameter("Certificate.Base64", std::string(kEcCertificate));
  object.texts("addresses", {"SMTP:b@x", "smtp:B@X", "smtp:a@x"});
  object.text("city", "Paris");
  object.define("absent", ValueType::kString);
  object.define("none", ValueType::kInteger);
  object.define("octets", ValueType::kBinary);
  object.bytes("sid", std::string("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0", 16));
  object.bytes(
      "guid",
      "\x33\x22\x11" + std::string(1, '\0') + "\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff");
  const std::string rsa = fromBase64(kRsaCertificate).value();
  const std::string ec = fromBase64(kEcCertificate).value();
  object.bytes("certificate", rsa);
  object.bytes("oldCertificate", ec);
  object.manyBytes("certificates", {rsa, ec});
  return object;
}

class FunctionExample : public testing::TestWithParam<ExampleTheme> {};

TEST_P(FunctionExample, GivesWhatTheReferenceSays) {
  for (const Example& example : GetParam().examples) {
    EXPECT_EQ(exampleObject().evaluate(example.expression), example.expected) << example.expression;
  }
}
INSTANTIATE_TEST_SUITE_P(All,
                         FunctionExample,
                         testing::ValuesIn(functionExamples().begin(), functionExamples().end()),
                         [](const auto& theme) { return std::string(theme.param.title); });

bool isExampleOf(std::string_view function, const Example& example) {
  return example.expression.starts_with(std::string(function) + "(");
}

bool isGuidOrRandom(const Example& example) {
  return isExampleOf("Guid", example) || isExampleOf("RandomNum", example);
}

std::string nullSentence(NullPolicy policy) {
  switch (policy) {
    case NullPolicy::kReturnsNull:
      return "NULL for an absent argument.";
    case NullPolicy::kReadsAsEmpty:
      return "An absent text counts as \"\"; NULL for any other absent argument.";
    case NullPolicy::kSeesNull:
      break;
  }
  return "";
}

// The first examples of a function: enough to see what it does.
std::string examplesOf(const Function& function) {
  constexpr std::size_t kShownMax = 3;
  std::string rows;
  std::size_t shown = 0;
  for (const ExampleTheme& theme : functionExamples()) {
    for (const Example& example : theme.examples) {
      const bool plain = example.expression.find('|') == std::string_view::npos &&
                         !example.expected.starts_with("refused") && example.expected.size() < 70;
      if (!isExampleOf(function.name, example) || !plain || isGuidOrRandom(example)) continue;
      if (shown++ == kShownMax) return rows;
      const bool empty = example.expected.empty();
      rows += "* `" + std::string(example.expression) + "` → " +
              (empty ? "`\"\"`" : "`" + std::string(example.expected) + "`") + "\n";
    }
  }
  return rows;
}

std::string sectionOf(const Function& function) {
  std::string section = "\n### " + std::string(function.name) + "\n\n`" +
                        std::string(function.signature) + "`\n\n" + std::string(function.summary);
  const std::string nulls = nullSentence(function.nulls);
  if (function.form == Form::kPlain && function.required > 0 && !nulls.empty()) {
    section += " " + nulls;
  }
  section += "\n";
  const std::string examples = examplesOf(function);
  return examples.empty() ? section : section + "\n" + examples;
}

std::string limitsSection() {
  const auto row = [](std::string_view what, std::string_view bound) {
    return "| " + std::string(what) + " | " + std::string(bound) + " |\n";
  };
  return "\n## Limits\n\nNo rule and no attribute can make a run hang. What goes beyond a limit is "
         "an error of that object, or of the\nrule when it is compiled.\n\n" +
         row("What", "At most") + row("---", "---") +
         row("an expression", fmt::format("{} KiB", kExpressionBytesMax / 1024)) +
         row("nesting", fmt::format("{} levels", kDepthMax)) +
         row("a text that is computed", fmt::format("{} MiB", kTextBytesMax / 1024 / 1024)) +
         row("the length that PadLeft and PadRight fill up to",
             fmt::format("{} characters", kPadMax)) +
         row("references that are read (ValueCount counts any number)",
             fmt::format("{}", kLinkValuesMax)) +
         row("a certificate", fmt::format("{} KiB", kCertificateBytesMax / 1024)) +
         row("the text of an error", fmt::format("{} octets", kErrorBytesMax)) +
         row("the work of one evaluation: octets read and made, and "s +
                 std::to_string(kWorkOfStep) + " for each step",
             fmt::format("{} Mi", kWorkMax / 1024 / 1024));
}

std::string referencePage() {
  std::string page =
      "# Functions of the expression language\n\n"
      "Made from the library itself (`src/expression/functions/`) and from the examples that its "
      "tests run. To write\nthis page anew after a change there, run\n"
      "`TANDEM_WRITE_PAGES=1 expression_test --gtest_filter='Library.*'`.\n\n"
      "How expressions are written and evaluated, and what the types mean, is in\n"
      "[expression-language.md](expression-language.md). A function that takes one value is "
      "applied to each value of a\nmulti-valued attribute. In the examples `[absent]` has no "
      "value, `{a;b}` is a value of two, `#0aff` are octets, and\n`[addresses]` is "
      "`{SMTP:b@x;smtp:B@X;smtp:a@x}`.\n";
  for (const Theme& theme : library()) {
    page += "\n## " + std::string(theme.title) + "\n";
    for (const Function& function : theme.functions)
      page += sectionOf(function);
  }
  return page + limitsSection();
}

TEST(Library, TheReferencePageIsUpToDate) {
  const std::string path = TANDEM_SOURCE_DIR "/docs/reference/functions.md";
  if (std::getenv("TANDEM_WRITE_PAGES") != nullptr) std::ofstream(path) << referencePage();
  std::ifstream file(path);
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(page, referencePage());
}

TEST(Library, EveryEntryIsWhole) {
  for (const Theme& theme : library()) {
    for (const Function& function : theme.functions) {
      EXPECT_TRUE(function.form != Form::kPlain || function.evaluate != nullptr) << function.name;
      EXPECT_LE(function.required, function.allowed) << function.name;
      EXPECT_TRUE(function.summary.ends_with(".") || function.summary.ends_with("…"))
          << function.name;
      EXPECT_EQ(findFunction(function.name), &function);
    }
  }
}

TEST(Library, EveryFunctionHasAnExample) {
  for (const Theme& theme : library()) {
    for (const Function& function : theme.functions) {
      bool has_one = false;
      for (const ExampleTheme& examples : functionExamples()) {
        for (const Example& example : examples.examples)
          has_one = has_one || isExampleOf(function.name, example);
      }
      EXPECT_TRUE(has_one) << function.name;
    }
  }
}

// ---- what holds of all functions alike

// An argument of this kind, absent or present, and its type.
struct Argument {
  Kind kind;
  std::string_view present;
  std::string_view absent;
};
constexpr Argument kArguments[] = {
    {Kind::kString, "\"1\"", "[absent]"},
    {Kind::kInteger, "1", "[none]"},
    {Kind::kBoolean, "True", "CBool([absent])"},
    {Kind::kBinary, "[guid]", "[octets]"},
    {Kind::kReference, "CRef(\"CN=a\")", "CRef([absent])"},
    {Kind::kDateTime, "Now()", "CDate([absent])"},
};

const Argument& argumentFor(const Parameter& parameter) {
  for (const Argument& argument : kArguments) {
    if (parameter.types.has(argument.kind)) return argument;
  }
  return kArguments[0];
}

std::string callOf(const Function& function, std::size_t which, std::string_view instead) {
  std::string call = std::string(function.name) + "(";
  for (std::size_t i = 0; i < function.required; ++i) {
    const std::string_view usual = argumentFor(function.parameter(i)).present;
    call += (i > 0 ? "," : "") + std::string(i == which ? instead : usual);
  }
  return call + ")";
}

void forEachPlainArgument(const std::function<void(const Function&, std::size_t)>& check) {
  for (const Theme& theme : library()) {
    for (const Function& function : theme.functions) {
      if (function.form != Form::kPlain) continue;
      for (std::size_t i = 0; i < function.required; ++i)
        check(function, i);
    }
  }
}

TEST(AllFunctions, RefuseATypeThatTheyDoNotTakeAndSayWhichArgument) {
  forEachPlainArgument([](const Function& function, std::size_t i) {
    const Parameter& parameter = function.parameter(i);
    for (const Argument& argument : kArguments) {
      if (parameter.types.has(argument.kind)) continue;
      const std::string expression = callOf(function, i, argument.present);
      EXPECT_THAT(exampleObject().evaluate(expression),
                  HasSubstr(std::string(function.name) + ": argument " + std::to_string(i + 1) +
                            " (" + std::string(parameter.name) + ") needs "))
          << expression;
    }
  });
}

TEST(AllFunctions, TreatAnAbsentArgumentAsTheirPolicySays) {
  forEachPlainArgument([](const Function& function, std::size_t i) {
    const std::string expression = callOf(function, i, argumentFor(function.parameter(i)).absent);
    const std::string result = exampleObject().evaluate(expression);
    if (function.nulls == NullPolicy::kReturnsNull) {
      EXPECT_EQ(result, "NULL") << expression;
    } else if (function.nulls == NullPolicy::kReadsAsEmpty) {
      const bool text = function.parameter(i).types.has(Kind::kString);
      EXPECT_EQ(result == "NULL", !text) << expression;
    }
  });
}

TEST(AllFunctions, TakeEachValueOfSeveralOrAllAtOnce) {
  forEachPlainArgument([](const Function& function, std::size_t i) {
    const Parameter& parameter = function.parameter(i);
    if (!parameter.types.has(Kind::kString) || parameter.list) return;
    const std::string one = exampleObject().evaluate(callOf(function, i, "\"1\""));
    const std::string two = exampleObject().evaluate(callOf(function, i, "Split(\"1,1\",\",\")"));
    if (one.starts_with("error")) {
      EXPECT_EQ(two, one) << function.name;
    } else if (one.starts_with("{")) {
      EXPECT_THAT(two, StartsWith("{")) << function.name;
    } else if (one != "NULL") {
      EXPECT_EQ(two, "{" + one + ";" + one + "}") << function.name;
    }
  });
}

TEST(AllFunctions, RefuseTooFewAndTooManyArguments) {
  for (const Theme& theme : library()) {
    for (const Function& function : theme.functions) {
      const std::string name(function.name);
      std::string many = name + "(1";
      for (int i = 0; i < function.allowed && function.allowed != Function::kAnyNumber; ++i)
        many += ",1";
      if (function.allowed != Function::kAnyNumber) {
        EXPECT_THAT(exampleObject().evaluate(many + ")"), HasSubstr("arguments; expected")) << name;
      }
      if (function.required > 0) {
        EXPECT_THAT(exampleObject().evaluate(name + "()"), HasSubstr("arguments; expected"));
      }
    }
  }
}

TEST(Surroundings, WithoutAClockOrDiceTheFunctionsSaySo) {
  EXPECT_EQ(ObjectForTest().evaluate("Now()"), "error: Now: nothing here tells the time");
  EXPECT_EQ(ObjectForTest().evaluate("Guid()"), "error: Guid: nothing here gives random numbers");
  EXPECT_EQ(ObjectForTest().evaluate("RandomNum(1,2)"),
            "error: RandomNum: nothing here gives random numbers");
}

TEST(Surroundings, TimeStandsStillWhileOneObjectIsComputed) {
  std::int64_t seconds = 0;
  Workspace work({[&seconds] { return ++seconds; }, {}});
  EXPECT_EQ(work.now(), 1);
  EXPECT_EQ(work.now(), 1);
  work.reset();
  EXPECT_EQ(work.now(), 2);
}

}  // namespace
}  // namespace tandem::expression
