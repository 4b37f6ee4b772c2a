// SPDX-License-Identifier: Apache-2.0
//
// A function of the language is one entry in a table: its name, what it takes and gives, one line
// for the reference page, and the code. docs/reference/functions.md has a section for each; a test
// holds the two together.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "expression/value.h"
#include "expression/workspace.h"

namespace tandem::expression {

// What an absent argument does.
enum class NullPolicy : std::uint8_t {
  kReturnsNull,   // the result is NULL, the code is not called
  kReadsAsEmpty,  // an absent text is "", any other absent argument gives NULL
  kSeesNull,      // the code is called and looks for itself
};

// How the arguments are treated. All but kPlain are built into the compiler, because they do not
// evaluate all of their arguments, or take a name instead of a value.
enum class Form : std::uint8_t {
  kPlain,
  kIf,
  kSwitch,
  kImportedValue,
  kValueCount,
  kSelect,
  kWhere,
  kWith,
};

struct Parameter {
  std::string_view name;
  TypeSet types = types::kAny;
  bool list = false;  // takes all values at once; otherwise a list is mapped value by value
};

using Evaluator = Value (*)(std::span<const Value> arguments, Workspace& work);

struct Function {
  std::string_view name;
  std::string_view signature;  // "str Left(str text, num count)"
  std::string_view summary;    // one sentence
  std::array<Parameter, 4> parameters{};
  std::uint8_t required = 0;   // arguments that must be given
  std::uint8_t allowed = 0;    // that may be given; kAnyNumber: the last parameter repeats
  TypeSet returns{};           // what comes back, NULL aside
  bool returns_first = false;  // the type of the first argument comes back
  bool returns_list = false;
  NullPolicy nulls = NullPolicy::kReturnsNull;
  bool is_random = false;  // gives another value each time
  Evaluator evaluate = nullptr;
  Form form = Form::kPlain;

  static constexpr std::uint8_t kAnyNumber = 255;
  const Parameter& parameter(std::size_t index) const {
    std::size_t last = parameters.size() - 1;
    while (last > 0 && parameters[last].name.empty())
      --last;
    return parameters[index < last ? index : last];
  }
};

struct Theme {
  std::string_view title;
  std::span<const Function> functions;
};

// The whole library, theme by theme.
std::span<const Theme> library();
const Function* findFunction(std::string_view name);
// For a name that findFunction() does not know: the nearest one, or empty.
std::string nearestFunction(std::string_view name);

// One table a theme, each in its own file under functions/.
std::span<const Function> certificateFunctions();
std::span<const Function> conversionFunctions();
std::span<const Function> dateFunctions();
std::span<const Function> directoryFunctions();
std::span<const Function> evaluationFunctions();
std::span<const Function> flowFunctions();
std::span<const Function> mathFunctions();
std::span<const Function> multivalueFunctions();
std::span<const Function> textFunctions();

}  // namespace tandem::expression
