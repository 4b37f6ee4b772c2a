// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "directory/dn.h"
#include "expression/function.h"
#include "expression/functions/search.h"

namespace tandem::expression {
namespace {

constexpr TypeSet kReadable = types::kAny.without(types::kLink);
constexpr Parameter kValues{"values", kReadable, /*list=*/true};
constexpr Parameter kIndex{"index", types::kInteger};

bool isNumber(const Value& value) {
  return value.kind == Kind::kInteger || value.kind == Kind::kBoolean ||
         value.kind == Kind::kDateTime;
}

bool sameBytes(const Value& a, const Value& b) {
  return isNumber(a) ? a.number == b.number : a.view() == b.view();
}

Value contains(std::span<const Value> arguments, Workspace& work) {
  const Value& sought = arguments[1];
  if (arguments[0].isNull() || sought.isNull()) return Value::integer(0);
  const bool folds = arguments.size() > 2 && arguments[2].number != 0;
  const bool references = arguments[0].kind == Kind::kReference;
  if (references) {
    directory::dnKeyInto(sought.view(), work.other_scratch);
  } else if (folds) {
    foldCaseInto(sought.view(), work.other_scratch);
  }
  std::int64_t index = 0;
  for (const Value& value : arguments[0]) {
    ++index;
    if (references) {
      directory::dnKeyInto(value.view(), work.scratch);
      if (work.scratch == work.other_scratch) return Value::integer(index);
      continue;
    }
    std::string_view text = value.view();
    if (folds) {
      foldCaseInto(text, work.scratch);
      text = work.scratch;
    }
    const std::string_view match = folds ? std::string_view(work.other_scratch) : sought.view();
    if (findText(text, match) != std::string_view::npos) return Value::integer(index);
  }
  return Value::integer(0);
}

Value count(std::span<const Value> arguments, Workspace& /*work*/) {
  const Value& value = arguments[0];
  return Value::integer(value.kind == Kind::kLink ? value.size : value.count());
}

Value itemOrNull(std::span<const Value> arguments, Workspace& /*work*/) {
  const Value& values = arguments[0];
  const std::int64_t index = arguments[1].number;
  if (index < 1 || index > values.count()) return Value::null();
  return values.begin()[index - 1];
}

Value item(std::span<const Value> arguments, Workspace& work) {
  if (arguments[1].isNull()) return Value::null();
  const Value found = itemOrNull(arguments, work);
  if (!found.isNull()) return found;
  return work.fail(fmt::format("Item: there is no value {}, the attribute has {}",
                               arguments[1].number,
                               arguments[0].count()));
}

Value join(std::span<const Value> arguments, Workspace& work) {
  if (arguments[0].isNull()) return Value::null();
  std::string_view delimiter = " ";
  if (arguments.size() > 1) delimiter = arguments[1].isNull() ? "" : arguments[1].view();
  work.scratch.clear();
  bool first = true;
  for (const Value& value : arguments[0]) {
    if (!first) work.scratch += delimiter;
    first = false;
    work.scratch += value.view();
    if (work.scratch.size() > kTextBytesMax) break;
  }
  return work.keep(work.scratch);
}

Value splitText(std::span<const Value> arguments, Workspace& work) {
  const std::string_view delimiter = arguments[1].view();
  if (delimiter.empty()) return arguments[0];
  const std::int64_t limit = arguments.size() > 2 ? arguments[2].number : 0;
  std::size_t most = 1;
  std::string_view rest = arguments[0].view();
  for (std::size_t at = findText(rest, delimiter); at != std::string_view::npos;
       at = findText(rest, delimiter, at + delimiter.size())) {
    ++most;
  }
  Value* const parts = work.arena.values(most);
  std::size_t size = 0;
  while (true) {
    const bool last = limit > 0 && static_cast<std::int64_t>(size) + 1 >= limit;
    const std::size_t at = last ? std::string_view::npos : findText(rest, delimiter);
    parts[size++] = Value::text(rest.substr(0, at));
    if (at == std::string_view::npos) break;
    rest.remove_prefix(at + delimiter.size());
  }
  return Value::list(Kind::kString, parts, size);
}

bool isRepeat(const Value& value, const Value* kept, std::size_t size, Workspace& work) {
  for (std::size_t i = 0; i < size; ++i) {
    if (value.kind == Kind::kString ? equalText(value.view(), kept[i].view(), work)
                                    : sameBytes(value, kept[i])) {
      return true;
    }
  }
  return false;
}

// The same for values that are the same.
std::string keyOf(const Value& value) {
  if (value.kind == Kind::kString) return foldCase(value.view());
  return isNumber(value) ? std::to_string(value.number) : std::string(value.view());
}

// Two mail addresses that differ only by case are one; the first stays.
Value removeDuplicates(std::span<const Value> arguments, Workspace& work) {
  const Value& values = arguments[0];
  if (!values.multi) return values;
  constexpr std::uint32_t kFew = 32;  // a handful is compared faster than hashed
  Value* const kept = work.arena.values(values.size);
  std::size_t size = 0;
  if (values.size <= kFew) {
    for (const Value& value : values) {
      if (!isRepeat(value, kept, size, work)) kept[size++] = value;
    }
    return Value::list(values.kind, kept, size);
  }
  std::unordered_set<std::string> seen;
  for (const Value& value : values) {
    if (seen.insert(keyOf(value)).second) kept[size++] = value;
  }
  return Value::list(values.kind, kept, size);
}

const Function kFunctions[] = {
    {.name = "Contains",
     .signature = "num Contains(mv values, str or ref sought[, enum case])",
     .summary = "The number (from 1) of the first value that contains the text, or equals the "
                "reference; 0 when there is none. CaseSensitive unless CaseInsensitive is asked "
                "for.",
     .parameters = {Parameter{"values", types::kString | types::kReference, /*list=*/true},
                    Parameter{"sought", types::kString | types::kReference},
                    Parameter{"case", types::kInteger}},
     .required = 2,
     .allowed = 3,
     .returns = types::kInteger,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = contains},
    {.name = "Count",
     .signature = "num Count(mv values)",
     .summary = "How many values there are.",
     .parameters = {Parameter{"values", types::kAny, /*list=*/true}},
     .required = 1,
     .allowed = 1,
     .returns = types::kInteger,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = count},
    {.name = "Item",
     .signature = "var Item(mv values, num index)",
     .summary = "One of the values, counted from 1; an error when there is none.",
     .parameters = {kValues, kIndex},
     .required = 2,
     .allowed = 2,
     .returns_first = true,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = item},
    {.name = "ItemOrNull",
     .signature = "var ItemOrNull(mv values, num index)",
     .summary = "One of the values, counted from 1; NULL when there is none.",
     .parameters = {kValues, kIndex},
     .required = 2,
     .allowed = 2,
     .returns_first = true,
     .evaluate = itemOrNull},
    {.name = "Join",
     .signature = "str Join(mv values[, str delimiter])",
     .summary = "All values as one text, with the delimiter between them: a blank when it is left "
                "out, nothing when it is NULL.",
     .parameters = {Parameter{"values", types::kString | types::kReference, /*list=*/true},
                    Parameter{"delimiter", types::kString}},
     .required = 1,
     .allowed = 2,
     .returns = types::kString | types::kNull,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = join},
    {.name = "RemoveDuplicates",
     .signature = "mv RemoveDuplicates(mv values)",
     .summary = "Each value once; texts that differ only by case are the same.",
     .parameters = {kValues},
     .required = 1,
     .allowed = 1,
     .returns_first = true,
     .returns_list = true,
     .evaluate = removeDuplicates},
    {.name = "Split",
     .signature = "mv Split(str text, str delimiter[, num limit])",
     .summary = "The parts of a text between delimiters, at most limit of them.",
     .parameters = {Parameter{"text", types::kString},
                    Parameter{"delimiter", types::kString},
                    Parameter{"limit", types::kInteger}},
     .required = 2,
     .allowed = 3,
     .returns = types::kString,
     .returns_list = true,
     .evaluate = splitText},
};

}  // namespace

std::span<const Function> multivalueFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
