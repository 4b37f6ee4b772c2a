// SPDX-License-Identifier: Apache-2.0
#include "expression/workspace.h"

#include <fmt/format.h>

#include "base/text.h"
#include "expression/functions/characters.h"

namespace tandem::expression {

std::optional<std::int64_t> Workspace::now() {
  if (!now_ && surroundings_.now) now_ = surroundings_.now();
  return now_;
}

std::optional<std::uint64_t> Workspace::random() {
  return surroundings_.random ? std::optional(surroundings_.random()) : std::nullopt;
}

Value Workspace::fail(std::string message, bool by_error_function) {
  error_ = std::move(message);
  if (error_.size() > kErrorBytesMax) {
    std::size_t end = kErrorBytesMax;
    while (end > 0 && continuesCharacter(error_[end]))
      --end;
    error_.resize(end);
    error_ += "…";
  }
  error_position_.reset();
  by_error_function_ = by_error_function;
  return Value::special(Kind::kError);
}

Value Workspace::keep(std::string_view text) {
  if (text.size() > kTextBytesMax) return fail("the text grows longer than 1 MiB");
  return Value::text(arena.copy(text));
}

Value readLink(const Value& value, const Source& source, Workspace& work) {
  if (value.kind != Kind::kLink) return value;
  if (source.references == nullptr) return Value::null();
  if (value.size > kLinkValuesMax) {
    return work.fail(
        fmt::format("reads {} references, at most {} can be; flow them with a Direct "
                    "mapping, or count them with ValueCount()",
                    value.size,
                    kLinkValuesMax));
  }
  // Each is looked up in the store and copied.
  constexpr std::size_t kWorkOfName = 256;
  if (!work.spend(value.size * kWorkOfName)) return work.failOfWork();
  const directory::AttributeId attribute(static_cast<std::uint32_t>(value.number));
  const std::vector<std::string> names = source.references->values(attribute, kLinkValuesMax);
  Value* const items = work.arena.values(names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    items[i] = Value::text(work.arena.copy(names[i]), Kind::kReference);
  return Value::list(Kind::kReference, items, names.size());
}

Value single(const Value& value, std::string_view wanted_by, Workspace& work) {
  if (!value.multi) return value;
  if (value.size == 1) return value.items[0];
  return work.fail(fmt::format(
      "{} needs one value and got {}; choose one with Item() or look through all with Contains()",
      wanted_by,
      value.size));
}

bool equalText(std::string_view a, std::string_view b, Workspace& work) {
  if (a == b) return true;
  bool ascii = true;
  for (const char c : a)
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  for (const char c : b)
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  if (ascii) return a.size() == b.size() && equalsIgnoreCaseAscii(a, b);
  foldCaseInto(a, work.scratch);
  foldCaseInto(b, work.other_scratch);
  return work.scratch == work.other_scratch;
}

}  // namespace tandem::expression
