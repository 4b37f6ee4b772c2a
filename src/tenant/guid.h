// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::tenant {

// An object's id, as Graph writes it: 8-4-4-4-12 hexadecimal digits.
struct Guid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  static Guid random();                                     // version 4; unique, not secret
  static std::optional<Guid> parse(std::string_view text);  // either case, with dashes
  std::string toString() const;                             // lower case

  friend auto operator<=>(const Guid&, const Guid&) = default;
};

struct GuidHash {
  std::size_t operator()(const Guid& id) const { return id.high ^ id.low; }
};

}  // namespace tandem::tenant
