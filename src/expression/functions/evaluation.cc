// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "base/text.h"
#include "directory/guid.h"
#include "expression/function.h"
#include "expression/functions/date_text.h"

namespace tandem::expression {
namespace {

constexpr Parameter kAnything{"value", types::kAny, /*list=*/true};

bool isEmptyText(const Value& value) {
  const bool text =
      value.kind == Kind::kString || value.kind == Kind::kBinary || value.kind == Kind::kReference;
  if (value.multi) return value.size == 1 && isEmptyText(value.items[0]);
  return text && value.size == 0;
}

Value isNull(std::span<const Value> arguments, Workspace& /*work*/) {
  return Value::boolean(arguments[0].isNull());
}

Value isNullOrEmpty(std::span<const Value> arguments, Workspace& /*work*/) {
  return Value::boolean(arguments[0].isNull() || isEmptyText(arguments[0]));
}

Value isPresent(std::span<const Value> arguments, Workspace& /*work*/) {
  return Value::boolean(!arguments[0].isNull() && !isEmptyText(arguments[0]));
}

Value isEmpty(std::span<const Value> arguments, Workspace& /*work*/) {
  return Value::boolean(!arguments[0].isNull() && isEmptyText(arguments[0]));
}

Value isString(std::span<const Value> arguments, Workspace& /*work*/) {
  const Kind kind = arguments[0].kind;
  return Value::boolean(kind == Kind::kString || kind == Kind::kInteger || kind == Kind::kBoolean ||
                        kind == Kind::kReference || kind == Kind::kLink);
}

Value isNumeric(std::span<const Value> arguments, Workspace& /*work*/) {
  const Value& value = arguments[0];
  if (value.multi) return Value::boolean(false);
  return Value::boolean(
      value.kind == Kind::kInteger ||
      (value.kind == Kind::kString && parseInteger(trimAscii(value.view())).has_value()));
}

Value isGuid(std::span<const Value> arguments, Workspace& /*work*/) {
  const Value& value = arguments[0];
  return Value::boolean(!value.multi && value.kind == Kind::kString &&
                        directory::Guid::parseActiveDirectory(value.view()).has_value());
}

Value isDate(std::span<const Value> arguments, Workspace& /*work*/) {
  const Value& value = arguments[0];
  if (value.multi) return Value::boolean(false);
  return Value::boolean(value.kind == Kind::kDateTime ||
                        (value.kind == Kind::kString && parseDateTime(value.view()).has_value()));
}

Value isBitSet(std::span<const Value> arguments, Workspace& /*work*/) {
  return Value::boolean((arguments[0].number & arguments[1].number) != 0);
}

// All the tests of one value look the same but for name, summary and code.
constexpr Function test(std::string_view name,
                        std::string_view signature,
                        std::string_view summary,
                        Evaluator evaluate) {
  return {.name = name,
          .signature = signature,
          .summary = summary,
          .parameters = {kAnything},
          .required = 1,
          .allowed = 1,
          .returns = types::kBoolean,
          .nulls = NullPolicy::kSeesNull,
          .evaluate = evaluate};
}

const Function kFunctions[] = {
    {.name = "IsBitSet",
     .signature = "bool IsBitSet(num value, num flag)",
     .summary = "True when value has any bit of flag.",
     .parameters = {Parameter{"value", types::kInteger}, Parameter{"flag", types::kInteger}},
     .required = 2,
     .allowed = 2,
     .returns = types::kBoolean,
     .evaluate = isBitSet},
    test("IsDate", "bool IsDate(var value)", "True when CDate() understands the text.", isDate),
    test("IsEmpty",
         "bool IsEmpty(var value)",
         "True when there is a value and it is \"\".",
         isEmpty),
    test("IsGuid", "bool IsGuid(var value)", "True when CGuid() understands the text.", isGuid),
    test("IsNull", "bool IsNull(var value)", "True when there is no value.", isNull),
    test("IsNullOrEmpty",
         "bool IsNullOrEmpty(var value)",
         "True when there is no value, or it is \"\".",
         isNullOrEmpty),
    test("IsNumeric",
         "bool IsNumeric(var value)",
         "True for a number and for text that CNum() understands.",
         isNumeric),
    test("IsPresent",
         "bool IsPresent(var value)",
         "True when there is a value and it is not \"\": the opposite of IsNullOrEmpty.",
         isPresent),
    test("IsString",
         "bool IsString(var value)",
         "True for what CStr() makes a text of: text, a number, a boolean, a reference; False for "
         "NULL, a binary value and a time.",
         isString),
};

}  // namespace

std::span<const Function> evaluationFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
