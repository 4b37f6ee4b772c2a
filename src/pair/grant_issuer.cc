// SPDX-License-Identifier: Apache-2.0
#include "pair/grant_issuer.h"

#include <string>

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::pair {
namespace {

constexpr std::string_view kRole = "role";
constexpr std::string_view kEpoch = "epoch";

}  // namespace

std::optional<Role> parseRole(std::string_view text) {
  for (const Role role : {Role::kStaging, Role::kActivating, Role::kActive, Role::kDeactivating}) {
    if (text == toString(role)) return role;
  }
  return std::nullopt;
}

Role GrantIssuer::role() const {
  // No role, or one that this release does not know: the one that cannot write.
  return parseRole(store_->setting(kRole).value_or("")).value_or(Role::kStaging);
}

std::uint64_t GrantIssuer::epoch() const {
  return static_cast<std::uint64_t>(
      parseInteger(store_->setting(kEpoch).value_or("0")).value_or(0));
}

Result<connectors::ExportGrant> GrantIssuer::issue() const {
  const Role now = role();
  if (now != Role::kActive) {
    return Error(
        ErrorCode::kStoppedByGuard,
        fmt::format(
            "this server is {}, and only the active server exports. Look at what it would write "
            "with 'tandem pending'; a server is made active when its home is made ('tandem init "
            "--active')",
            toString(now)));
  }
  return connectors::ExportGrant(epoch());
}

Result<void> GrantIssuer::change(Role to) {
  const Role from = role();
  if (from == to) return {};
  if (!isAllowed(from, to)) {
    return Error(
        ErrorCode::kConflict,
        fmt::format("a server that is {} cannot become {} at once", toString(from), toString(to)));
  }
  store::Transaction transaction = TRY(store::Transaction::begin(store_->database()));
  store_->setSetting(kRole, toString(to));
  if (to == Role::kActive) store_->setSetting(kEpoch, std::to_string(epoch() + 1));
  return transaction.commit();
}

Result<void> GrantIssuer::initialize(Role role) {
  if (store_->setting(kRole)) return {};
  store::Transaction transaction = TRY(store::Transaction::begin(store_->database()));
  store_->setSetting(kRole, toString(role));
  store_->setSetting(kEpoch, role == Role::kActive ? "1" : "0");
  return transaction.commit();
}

}  // namespace tandem::pair
