// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "expression/function.h"

namespace tandem::expression {
namespace {

Value error(std::span<const Value> arguments, Workspace& work) {
  return work.fail(std::string(arguments[0].isNull() ? "" : arguments[0].view()),
                   /*by_error_function=*/true);
}

constexpr Parameter kVariable{"$item"};
constexpr Parameter kName{"attribute", types::kString};
constexpr Parameter kAnything{"value", types::kAny, /*list=*/true};

const Function kFunctions[] = {
    {.name = "Error",
     .signature = "void Error(str message)",
     .summary = "Stops the synchronization of this object with the message; nothing of it is "
                "written.",
     .parameters = {Parameter{"message", types::kString}},
     .required = 1,
     .allowed = 1,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = error},
    {.name = "IIF",
     .signature = "var IIF(exp condition, var whenTrue, var whenFalse)",
     .summary = "One of two values; only the chosen one is evaluated. NULL as condition is False.",
     .required = 3,
     .allowed = 3,
     .form = Form::kIf},
    {.name = "ImportedValue",
     .signature = "var ImportedValue(str attribute)",
     .summary = "The attribute's value as it was last imported, where [attribute] would also see "
                "what was exported and not confirmed yet.",
     .parameters = {kName},
     .required = 1,
     .allowed = 1,
     .form = Form::kImportedValue},
    {.name = "Select",
     .signature = "mv Select($item, mv values, exp expression)",
     .summary = "The expression for each of the values.",
     .parameters = {kVariable, kAnything, kAnything},
     .required = 3,
     .allowed = 3,
     .form = Form::kSelect},
    {.name = "Switch",
     .signature = "var Switch(exp condition1, var value1, …)",
     .summary = "The value behind the first condition that is True, NULL when none is. All "
                "conditions are evaluated, also those behind the one that is True; of the values "
                "only the chosen one.",
     .required = 2,
     .allowed = Function::kAnyNumber,
     .form = Form::kSwitch},
    {.name = "ValueCount",
     .signature = "num ValueCount(str attribute)",
     .summary = "How many values the attribute has, without reading them.",
     .parameters = {kName},
     .required = 1,
     .allowed = 1,
     .returns = types::kInteger,
     .form = Form::kValueCount},
    {.name = "Where",
     .signature = "mv Where($item, mv values, exp condition)",
     .summary = "Those of the values for which the condition is True.",
     .parameters = {kVariable, kAnything, kAnything},
     .required = 3,
     .allowed = 3,
     .form = Form::kWhere},
    {.name = "With",
     .signature = "var With($name, var value, exp expression)",
     .summary = "The expression, in which $name stands for the value.",
     .parameters = {kVariable, kAnything, kAnything},
     .required = 3,
     .allowed = 3,
     .form = Form::kWith},
};

}  // namespace

std::span<const Function> flowFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
