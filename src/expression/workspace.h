// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "directory/attribute_table.h"
#include "expression/arena.h"
#include "expression/slot_table.h"
#include "expression/value.h"

namespace tandem::expression {

// References are links in the store, not values in records; an expression sees them through this.
class References {
 public:
  virtual ~References() = default;
  virtual std::uint32_t count(directory::AttributeId attribute) const = 0;
  // DN texts, at most limit.
  virtual std::vector<std::string> values(directory::AttributeId attribute,
                                          std::size_t limit) const = 0;
};

// The object that an expression looks at.
struct Source {
  const SlotTable* attributes = nullptr;
  const SlotTable* imported = nullptr;  // what ImportedValue() reads
  std::string_view dn;                  // empty: [dn] is NULL
  const References* references = nullptr;
};

// No attribute of a directory is longer; without a bound, a rule that doubles a text a few dozen
// times would take all memory.
constexpr std::size_t kTextBytesMax = 1024 * 1024;

// What one evaluating thread needs beside the program: memory and the text of an error.
class Workspace {
 public:
  // Forgets all values given out since the last reset.
  void reset() {
    arena.reset();
    error_.clear();
    by_error_function_ = false;
  }

  // The text of the error, for a value of kind kError.
  const std::string& error() const { return error_; }
  // True when the rule itself called Error(): a decision of its author, not a mistake.
  bool isByErrorFunction() const { return by_error_function_; }

  Value fail(std::string message, bool by_error_function = false) {
    error_ = std::move(message);
    by_error_function_ = by_error_function;
    return Value::special(Kind::kError);
  }

  // A text that was computed, taken into the arena; an error when it is longer than any attribute.
  Value keep(std::string_view text);

  Arena arena;
  std::string scratch;  // buffers that functions may use between two evaluations of arguments
  std::string other_scratch;
  std::vector<Value> variables;  // $name, by the number that the compiler gave it

 private:
  std::string error_;
  bool by_error_function_ = false;
};

// More references than this are not read into an expression: flow them directly.
constexpr std::uint32_t kLinkValuesMax = 10'000;

// A link becomes the list of DN texts behind it; anything else stays as it is.
Value readLink(const Value& value, const Source& source, Workspace& work);
// A list of one counts as its value. A longer one is an error that names who wanted one value.
Value single(const Value& value, std::string_view wanted_by, Workspace& work);
// Equal without regard to case.
bool equalText(std::string_view a, std::string_view b, Workspace& work);

}  // namespace tandem::expression
