// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace tandem {

// An integer that means one thing. ObjectId and RunId do not mix by accident.
template <class Tag>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(std::int64_t raw) : raw_(raw) {}

  constexpr std::int64_t raw() const { return raw_; }

  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  std::int64_t raw_ = 0;
};

}  // namespace tandem

template <class Tag>
struct std::hash<tandem::StrongId<Tag>> {
  std::size_t operator()(tandem::StrongId<Tag> id) const noexcept {
    return std::hash<std::int64_t>{}(id.raw());
  }
};
