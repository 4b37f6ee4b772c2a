// SPDX-License-Identifier: Apache-2.0
#include "rules/scope.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "directory/dn.h"
#include "expression/suggestion.h"

namespace tandem::rules {
namespace {

using directory::ValueType;

struct OperatorName {
  std::string_view name;
  Comparison comparison;
  bool negated;
};

// ISNOTBITSET is what the vendor's pages print, ISBITNOTSET what its servers store.
constexpr std::array<OperatorName, 21> kOperators = {{
    {"EQUAL", Comparison::kEqual, false},
    {"NOTEQUAL", Comparison::kEqual, true},
    {"LESSTHAN", Comparison::kLess, false},
    {"LESSTHAN_OR_EQUAL", Comparison::kLessOrEqual, false},
    {"GREATERTHAN", Comparison::kGreater, false},
    {"GREATERTHAN_OR_EQUAL", Comparison::kGreaterOrEqual, false},
    {"CONTAINS", Comparison::kContains, false},
    {"NOTCONTAINS", Comparison::kContains, true},
    {"STARTSWITH", Comparison::kStartsWith, false},
    {"NOTSTARTSWITH", Comparison::kStartsWith, true},
    {"ENDSWITH", Comparison::kEndsWith, false},
    {"NOTENDSWITH", Comparison::kEndsWith, true},
    {"ISNULL", Comparison::kIsNotNull, true},
    {"ISNOTNULL", Comparison::kIsNotNull, false},
    {"ISIN", Comparison::kIsIn, false},
    {"ISNOTIN", Comparison::kIsIn, true},
    {"ISBITSET", Comparison::kIsBitSet, false},
    {"ISBITNOTSET", Comparison::kIsBitSet, true},
    {"ISNOTBITSET", Comparison::kIsBitSet, true},
    {"ISMEMBEROF", Comparison::kIsMemberOf, false},
    {"ISNOTMEMBEROF", Comparison::kIsMemberOf, true},
}};

const OperatorName* findOperator(std::string_view name) {
  for (const OperatorName& candidate : kOperators) {
    if (equalsIgnoreCaseAscii(candidate.name, name)) return &candidate;
  }
  return nullptr;
}

}  // namespace

std::string_view storedOperator(std::string_view name) {
  const OperatorName* const found = findOperator(name);
  if (found == nullptr) return {};
  for (const OperatorName& first : kOperators) {
    if (first.comparison == found->comparison && first.negated == found->negated) return first.name;
  }
  return found->name;
}

std::string unknownOperator(std::string_view name) {
  std::vector<std::string_view> names;
  for (const OperatorName& candidate : kOperators)
    names.push_back(candidate.name);
  return fmt::format("there is no comparison operator \"{}\"{}",
                     name,
                     expression::didYouMean(expression::closest(name, names)));
}

namespace {

bool isOrdered(Comparison comparison) {
  return comparison == Comparison::kLess || comparison == Comparison::kLessOrEqual ||
         comparison == Comparison::kGreater || comparison == Comparison::kGreaterOrEqual;
}

bool isPartOfText(Comparison comparison) {
  return comparison == Comparison::kContains || comparison == Comparison::kStartsWith ||
         comparison == Comparison::kEndsWith;
}

// What a value must look like for its attribute's type; empty when it does.
std::string checkValue(const Condition& condition) {
  const Comparison comparison = condition.comparison;
  const ValueType type = condition.attribute.type;
  if (comparison == Comparison::kIsNotNull) return {};
  if (condition.value.empty()) return "the comparison needs a value";
  if (comparison == Comparison::kIsMemberOf) {
    return directory::Dn::parse(condition.value).ok()
               ? std::string()
               : "the value must be the distinguished name of a group";
  }
  if (comparison == Comparison::kIsBitSet) {
    if (type != ValueType::kInteger) return "a bit test needs an integer attribute";
    const bool usable = condition.number && *condition.number != 0;
    return usable ? std::string() : "the value of a bit test is a number other than 0";
  }
  if (type == ValueType::kBinary) return "a binary attribute can only be tested for being present";
  if (type == ValueType::kBoolean) {
    if (comparison != Comparison::kEqual) return "a boolean attribute is only EQUAL or NOTEQUAL";
    // A parameter may say why it is not True: then the condition never holds, and shows the reason.
    return condition.boolean || condition.has_parameter ? std::string()
                                                        : "the value of a boolean is True or False";
  }
  if (type == ValueType::kInteger && comparison != Comparison::kIsIn) {
    if (isPartOfText(comparison)) return "an integer attribute has no text to search";
    return condition.number ? std::string() : "the value of an integer attribute is a whole number";
  }
  if (type == ValueType::kReference && isOrdered(comparison)) {
    return "references have no order";
  }
  return {};
}

std::vector<std::string> splitList(std::string_view value) {
  // Distinguished names hold commas, so the semicolon is the separator where there is one.
  const char separator = value.find(';') == std::string_view::npos ? ',' : ';';
  std::vector<std::string> list;
  for (const std::string& part : split(value, separator))
    list.push_back(foldCase(trimAscii(part)));
  return list;
}

bool holdsInOrder(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kLess:
      return order < 0;
    case Comparison::kLessOrEqual:
      return order <= 0;
    case Comparison::kGreater:
      return order > 0;
    case Comparison::kGreaterOrEqual:
      return order >= 0;
    case Comparison::kEqual:
      return order == 0;
    case Comparison::kContains:
    case Comparison::kStartsWith:
    case Comparison::kEndsWith:
    case Comparison::kIsNotNull:
    case Comparison::kIsIn:
    case Comparison::kIsBitSet:
    case Comparison::kIsMemberOf:
      break;
  }
  return false;
}

bool holdsForNumber(const Condition& condition, std::int64_t value) {
  if (condition.comparison == Comparison::kIsIn) {
    const fmt::format_int digits(value);
    const std::string_view text(digits.data(), digits.size());
    return std::find(condition.list.begin(), condition.list.end(), text) != condition.list.end();
  }
  const std::int64_t limit = *condition.number;
  if (condition.comparison == Comparison::kIsBitSet) return (value & limit) == limit;
  return holdsInOrder(condition.comparison, value < limit ? -1 : (value > limit ? 1 : 0));
}

bool holdsForText(const Condition& condition, std::string_view value, std::string& scratch) {
  foldCaseInto(value, scratch);
  const std::string_view text = scratch;
  switch (condition.comparison) {
    case Comparison::kEqual:
      return text == condition.value;
    case Comparison::kContains:
      return text.find(condition.value) != std::string_view::npos;
    case Comparison::kStartsWith:
      return text.starts_with(condition.value);
    case Comparison::kEndsWith:
      return text.ends_with(condition.value);
    case Comparison::kIsIn:
      return std::find(condition.list.begin(), condition.list.end(), text) != condition.list.end();
    case Comparison::kLess:
    case Comparison::kLessOrEqual:
    case Comparison::kGreater:
    case Comparison::kGreaterOrEqual: {
      // "50" against "7": as numbers when both are, otherwise letter by letter.
      const auto number = condition.number ? parseInteger(trimAscii(value)) : std::nullopt;
      if (number) return holdsForNumber(condition, *number);
      return holdsInOrder(condition.comparison, text.compare(condition.value));
    }
    case Comparison::kIsNotNull:
    case Comparison::kIsBitSet:
    case Comparison::kIsMemberOf:
      break;
  }
  return false;
}

bool holdsForValue(const Condition& condition,
                   ValueType type,
                   std::string_view value,
                   std::string& scratch) {
  if (type == ValueType::kInteger && value.size() == 8) {
    if (condition.number || condition.comparison == Comparison::kIsIn) {
      return holdsForNumber(condition, directory::decodeInteger(value));
    }
  }
  if (type == ValueType::kBoolean) {
    return condition.boolean && *condition.boolean == directory::decodeBoolean(value);
  }
  return holdsForText(condition, value, scratch);
}

bool holdsForReferences(const Condition& condition,
                        const ReferenceReader* references,
                        std::string& scratch) {
  if (references == nullptr) return false;
  if (condition.comparison == Comparison::kIsNotNull) {
    return references->count(condition.attribute.id) > 0;
  }
  for (const std::string& dn :
       references->values(condition.attribute.id, expression::kLinkValuesMax)) {
    if (condition.comparison == Comparison::kEqual
            ? directory::dnKey(dn) == directory::dnKey(condition.value)
            : holdsForText(condition, dn, scratch)) {
      return true;
    }
  }
  return false;
}

bool holdsAsWritten(const Condition& condition, const ScopedObject& object, std::string& scratch) {
  if (condition.comparison == Comparison::kIsMemberOf) {
    return object.references != nullptr && object.references->isMemberOf(condition.value);
  }
  if (condition.is_dn) {
    if (condition.comparison == Comparison::kIsNotNull) return !object.dn.empty();
    return !object.dn.empty() && holdsForText(condition, object.dn, scratch);
  }
  if (condition.attribute.type == ValueType::kReference) {
    return holdsForReferences(condition, object.references, scratch);
  }
  const directory::ValuesView* const values = object.attributes.find(condition.attribute.id);
  if (values == nullptr) return false;
  if (condition.comparison == Comparison::kIsNotNull) return true;
  for (const std::string_view value : *values) {
    if (holdsForValue(condition, values->type(), value, scratch)) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> fillParameters(std::string_view text,
                                          const RuleNames& names,
                                          std::string& problem) {
  std::string filled;
  while (true) {
    const std::size_t open = text.find('%');
    const std::size_t close = open == std::string_view::npos ? open : text.find('%', open + 1);
    if (close == std::string_view::npos) break;
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '_' || c == '-';
    });
    filled += text.substr(0, open);
    if (is_name) {
      const auto value = names.parameter(name);
      if (!value) {
        problem = fmt::format("there is no parameter %{}%{}",
                              name,
                              expression::didYouMean(names.nearestParameter(name)));
        return std::nullopt;
      }
      filled += *value;
      text.remove_prefix(close + 1);
    } else {  // a per cent sign that means itself
      filled += '%';
      text.remove_prefix(open + 1);
    }
  }
  return filled.append(text);
}

std::optional<Condition> compileCondition(const ScopeCondition& written,
                                          const RuleNames& names,
                                          std::string& problem) {
  const OperatorName* const op = findOperator(written.comparison);
  if (op == nullptr) {
    problem = unknownOperator(written.comparison);
    return std::nullopt;
  }
  Condition condition;
  condition.comparison = op->comparison;
  condition.negated = op->negated;
  if (equalsIgnoreCaseAscii(written.attribute, "dn")) {
    condition.is_dn = true;
  } else if (op->comparison != Comparison::kIsMemberOf) {
    const auto attribute = names.attribute(written.attribute);
    if (!attribute) {
      problem = fmt::format("there is no attribute \"{}\"{}",
                            written.attribute,
                            expression::didYouMean(names.nearestAttribute(written.attribute)));
      return std::nullopt;
    }
    condition.attribute = *attribute;
  }
  const auto value = fillParameters(written.value, names, problem);
  if (!value) return std::nullopt;
  condition.text =
      fmt::format("{} {}{}{}", written.attribute, op->name, value->empty() ? "" : " ", *value);
  condition.has_parameter = *value != written.value;
  condition.number = parseInteger(trimAscii(*value));
  if (equalsIgnoreCaseAscii(*value, "True")) condition.boolean = true;
  if (equalsIgnoreCaseAscii(*value, "False")) condition.boolean = false;
  condition.value = op->comparison == Comparison::kIsMemberOf ? *value : foldCase(*value);
  if (op->comparison == Comparison::kIsIn) condition.list = splitList(*value);
  problem = checkValue(condition);
  if (!problem.empty()) {
    problem = fmt::format("{}: {}", condition.text, problem);
    return std::nullopt;
  }
  return condition;
}

bool holds(const Condition& condition, const ScopedObject& object, std::string& scratch) {
  return holdsAsWritten(condition, object, scratch) != condition.negated;
}

std::string describeValue(const Condition& condition, const ScopedObject& object) {
  constexpr std::size_t kShown = 60;
  if (condition.comparison == Comparison::kIsMemberOf) {
    return condition.negated ? "the object is a member" : "the object is no member";
  }
  std::string text(condition.is_dn ? object.dn : std::string_view());
  if (condition.attribute.type == ValueType::kReference && !condition.is_dn) {
    const std::uint32_t count =
        object.references == nullptr ? 0 : object.references->count(condition.attribute.id);
    return count == 0 ? "the attribute is absent" : fmt::format("it has {} references", count);
  }
  if (!condition.is_dn) {
    const directory::ValuesView* const values = object.attributes.find(condition.attribute.id);
    if (values == nullptr) return "the attribute is absent";
    if (values->count() > 1) return fmt::format("it has {} values", values->count());
    text = directory::toDisplayText(values->type(), values->front());
  }
  if (text.size() > kShown) text = text.substr(0, kShown) + "…";
  return fmt::format("the value is \"{}\"", text);
}

}  // namespace tandem::rules
