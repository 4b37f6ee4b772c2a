// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace tandem {

// Either a value or the reason there is none. Ignoring one does not compile.
// value() and error() on the wrong side stop the program: test first, or use TRY.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: by design

  bool ok() const { return state_.index() == 0; }

  explicit operator bool() const { return ok(); }

  T& value() & { return *checked(std::get_if<0>(&state_)); }

  const T& value() const& { return *checked(std::get_if<0>(&state_)); }

  T&& value() && { return std::move(*checked(std::get_if<0>(&state_))); }

  const Error& error() const& { return *checked(std::get_if<1>(&state_)); }

  Error&& error() && { return std::move(*checked(std::get_if<1>(&state_))); }

 private:
  template <class P>
  static P* checked(P* p) {
    TANDEM_CHECK(p != nullptr);
    return p;
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: by design

  bool ok() const { return !error_.has_value(); }

  explicit operator bool() const { return ok(); }

  void value() const { TANDEM_CHECK(ok()); }

  const Error& error() const& {
    TANDEM_CHECK(!ok());
    return *error_;
  }

  Error&& error() && {
    TANDEM_CHECK(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace tandem

// TRY(expr): the value, or return the error to our caller.
// TRY_DOING(expr, "what"): the same, saying what we were doing.
#define TRY(expr)                                                     \
  __extension__({                                                     \
    auto tandem_result = (expr);                                      \
    if (!tandem_result.ok()) return std::move(tandem_result).error(); \
    std::move(tandem_result).value();                                 \
  })
#define TRY_DOING(expr, doing)                                                             \
  __extension__({                                                                          \
    auto tandem_result = (expr);                                                           \
    if (!tandem_result.ok()) return std::move(tandem_result).error().withContext((doing)); \
    std::move(tandem_result).value();                                                      \
  })
