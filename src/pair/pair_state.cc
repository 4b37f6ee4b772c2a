// SPDX-License-Identifier: Apache-2.0
#include "pair/pair_state.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::pair {
namespace {

// Names of settings in the store: do not change them.
constexpr std::string_view kRole = "role";
constexpr std::string_view kEpoch = "epoch";
constexpr std::string_view kGeneration = "generation";
constexpr std::string_view kReason = "role_reason";
constexpr std::string_view kSince = "role_since";
constexpr std::string_view kNeedsFullImport = "needs_full_import";
constexpr std::string_view kRetired = "retired";
constexpr std::string_view kClaimWaits = "claim_waits";

std::int64_t number(store::Store& store, std::string_view name) {
  return parseInteger(store.setting(name).value_or("0")).value_or(0);
}

}  // namespace

std::optional<Role> parseRole(std::string_view text) {
  for (const Role role : {Role::kStaging, Role::kActivating, Role::kActive, Role::kDeactivating}) {
    if (text == toString(role)) return role;
  }
  return std::nullopt;
}

PairState readPairState(store::Store& store) {
  PairState state;
  state.role = parseRole(store.setting(kRole).value_or("")).value_or(Role::kStaging);
  state.epoch = static_cast<std::uint64_t>(number(store, kEpoch));
  state.generation = static_cast<std::uint64_t>(number(store, kGeneration));
  state.reason = store.setting(kReason).value_or("");
  state.since = number(store, kSince);
  state.needs_full_import = number(store, kNeedsFullImport) != 0;
  state.is_retired = number(store, kRetired) != 0;
  state.claim_waits = number(store, kClaimWaits) != 0;
  return state;
}

Result<void> writePairState(store::Store& store, const PairState& state) {
  const Role from = readPairState(store).role;
  if (from != state.role && !isAllowed(from, state.role)) {
    return Error(
        ErrorCode::kConflict,
        fmt::format(
            "a server that is {} cannot become {} at once", toString(from), toString(state.role)));
  }
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  store.setSetting(kRole, toString(state.role));
  store.setSetting(kEpoch, std::to_string(state.epoch));
  store.setSetting(kGeneration, std::to_string(state.generation));
  store.setSetting(kReason, state.reason);
  store.setSetting(kSince, std::to_string(state.since));
  store.setSetting(kNeedsFullImport, state.needs_full_import ? "1" : "0");
  store.setSetting(kRetired, state.is_retired ? "1" : "0");
  store.setSetting(kClaimWaits, state.claim_waits ? "1" : "0");
  return transaction.commit();
}

}  // namespace tandem::pair
