// SPDX-License-Identifier: Apache-2.0
#include "cli/init_tenant.h"

#include <filesystem>

#include <fmt/core.h>

#include "cli/format.h"
#include "platform/clock.h"
#include "run/witness_factory.h"

namespace tandem::cli {
namespace {

constexpr std::string_view kAutomatic = "automatic";  // as the record names an empty attribute

Result<std::optional<pair::WitnessRecord>> recordOf(const Session& session,
                                                    const PlannedServer& planned) {
  platform::SystemClock clock;
  return run::askTenant(
      planned.home.policy,
      [&](const std::string& path) {
        return (std::filesystem::absolute(session.home_folder) / path).string();
      },
      [&](const std::string& name) -> Result<std::string> {
        if (name.empty()) return std::string();
        const auto found = planned.secrets.find(name);
        if (found != planned.secrets.end()) return std::string(found->second.reveal());
        return Error(ErrorCode::kNotFound, fmt::format("the secret \"{}\" is not set yet", name));
      },
      clock);
}

// Another anchor would take every object of the tenant for somebody else's.
Result<void> adoptAnchor(const Session& session,
                         const pair::WitnessRecord& record,
                         PlannedServer& planned) {
  std::string& mine = planned.home.policy.source_anchor.attribute;
  const std::string theirs = record.source_anchor == kAutomatic ? "" : record.source_anchor;
  if (record.source_anchor.empty() || mine == theirs) return {};
  if (!planned.is_import && !mine.empty()) {
    return Error(ErrorCode::kStoppedByGuard,
                 fmt::format("this tenant's source anchor is \"{}\", not \"{}\": leave "
                             "--source-anchor out, and nothing else can be meant",
                             record.source_anchor,
                             mine));
  }
  session.note(
      fmt::format("The source anchor is \"{}\", as the tenant's record says (the settings "
                  "said \"{}\").",
                  record.source_anchor,
                  mine.empty() ? kAutomatic : mine));
  mine = theirs;
  return {};
}

}  // namespace

Result<void> consultTenant(Session& session, PlannedServer& planned) {
  const Result<std::optional<pair::WitnessRecord>> asked = recordOf(session, planned);
  if (!asked.ok()) {
    session.note(
        fmt::format("Not asked yet who may write to the tenant: {}. It is asked before the "
                    "first export.",
                    asked.error().message()));
    return {};
  }
  if (!asked.value()) return {};
  const pair::WitnessRecord& record = *asked.value();
  TRY(adoptAnchor(session, record, planned));
  if (record.holder.empty()) return {};
  if (planned.home.settings.initial_role == home::InitialRole::kActive) {
    return Error(
        ErrorCode::kStoppedByGuard,
        fmt::format("{} is the active server of this tenant, since {}, and two must never "
                    "write. Set this one up in staging, with 'tandem init --import' of its "
                    "settings, and hand over with 'tandem swap'",
                    record.holder_name,
                    formatTime(record.since)));
  }
  if (!planned.is_import) {
    session.note(
        fmt::format("This tenant already has an active server: {}. You may have meant "
                    "--import: 'tandem policy export' there writes the settings that this "
                    "server should share. It is set up in staging and writes nothing.",
                    record.holder_name));
  }
  return {};
}

}  // namespace tandem::cli
