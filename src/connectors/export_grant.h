// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tandem::pair {
class GrantIssuer;
}

namespace tandem::connectors {

// The right to write to a connected directory for one batch. Nothing can be exported without one,
// and only pair::GrantIssuer can make one: from the active role and a current epoch.
class ExportGrant {
 public:
  std::uint64_t epoch() const { return epoch_; }

 private:
  friend class pair::GrantIssuer;
  friend class ExportGrantForTesting;
  explicit ExportGrant(std::uint64_t epoch) : epoch_(epoch) {}

  std::uint64_t epoch_;
};

}  // namespace tandem::connectors
