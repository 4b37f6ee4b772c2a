// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/attribute_table.h"
#include "expression/arena.h"
#include "expression/limits.h"
#include "expression/slot_table.h"
#include "expression/syntax.h"
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

// What an expression can ask of the world beside its object. Whoever evaluates supplies it: the
// language has neither a clock nor dice of its own, so a test decides what they say.
struct Surroundings {
  std::function<std::int64_t()> now;      // seconds since 1970
  std::function<std::uint64_t()> random;  // 64 bits, evenly spread
};

// What one evaluating thread needs beside the program: memory and the text of an error.
class Workspace {
 public:
  Workspace() = default;
  explicit Workspace(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}

  // Forgets all values given out since the last reset.
  void reset() {
    arena.reset();
    error_.clear();
    error_position_.reset();
    by_error_function_ = false;
    now_.reset();
  }

  // Before each evaluation.
  void begin() { work_left_ = kWorkMax; }
  // False: this evaluation has cost what it may, and fails.
  bool spend(std::size_t work) {
    if (work > work_left_) return false;
    work_left_ -= work;
    return true;
  }
  Value failOfWork() {
    return fail("takes too much work: is there a Select or Where over long lists within another?");
  }

  // Seconds since 1970: the same for all that is computed of one object. nullopt: nobody tells.
  std::optional<std::int64_t> now();
  std::optional<std::uint64_t> random();

  // The text of the error, for a value of kind kError.
  const std::string& error() const { return error_; }
  // True when the rule itself called Error(): a decision of its author, not a mistake.
  bool isByErrorFunction() const { return by_error_function_; }
  // Where in the expression it happened.
  std::optional<Position> errorPosition() const { return error_position_; }

  Value fail(std::string message, bool by_error_function = false);
  // Of the parts that an error passes on its way up, the innermost is where it happened.
  void locateError(Position position) {
    if (!error_position_) error_position_ = position;
  }

  // A text that was computed, taken into the arena; an error when it is longer than any attribute.
  Value keep(std::string_view text);

  Arena arena;
  std::string scratch;  // buffers that functions may use between two evaluations of arguments
  std::string other_scratch;
  std::vector<Value> variables;  // $name, by the number that the compiler gave it

 private:
  Surroundings surroundings_;
  std::optional<std::int64_t> now_;
  std::size_t work_left_ = kWorkMax;
  std::string error_;
  std::optional<Position> error_position_;
  bool by_error_function_ = false;
};

// A link becomes the list of DN texts behind it; anything else stays as it is.
Value readLink(const Value& value, const Source& source, Workspace& work);
// A list of one counts as its value. A longer one is an error that names who wanted one value.
Value single(const Value& value, std::string_view wanted_by, Workspace& work);
// Equal without regard to case.
bool equalText(std::string_view a, std::string_view b, Workspace& work);

}  // namespace tandem::expression
