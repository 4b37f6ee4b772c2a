// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace tandem::pair {
class GrantIssuer;
}

namespace tandem::connectors {

// Who stands behind a grant while it is used: pair::GrantIssuer.
class GrantKeeper {
 public:
  virtual ~GrantKeeper() = default;
  // May ask the witness, so it may take a moment; from the exporting thread only.
  virtual bool keep() = 0;
  // The connected directory's own time, as an answer of it said. Ends the right when our clocks
  // stood still meanwhile.
  virtual void sawTime(std::int64_t unix_seconds) = 0;
  // A request that is still open after this may be overtaken by another server's.
  virtual std::chrono::milliseconds requestTimeout() const = 0;
};

// The right to write to a connected directory for one batch. Nothing can be exported without one,
// and only pair::GrantIssuer can make one: from the active role, a current epoch and a lease that
// has not run out. A connector asks isValid() before each request and gives each the time-out.
class ExportGrant {
 public:
  std::uint64_t epoch() const { return epoch_; }
  bool isValid() const { return keeper_ == nullptr || keeper_->keep(); }
  void sawTime(std::int64_t unix_seconds) const {
    if (keeper_ != nullptr) keeper_->sawTime(unix_seconds);
  }
  std::optional<std::chrono::milliseconds> requestTimeout() const {
    if (keeper_ == nullptr) return std::nullopt;
    return keeper_->requestTimeout();
  }

 private:
  friend class pair::GrantIssuer;
  friend class ExportGrantForTesting;
  ExportGrant(std::uint64_t epoch, GrantKeeper* keeper) : epoch_(epoch), keeper_(keeper) {}

  std::uint64_t epoch_;
  GrantKeeper* keeper_;  // null: in tests of connectors alone
};

}  // namespace tandem::connectors
