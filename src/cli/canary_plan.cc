// SPDX-License-Identifier: Apache-2.0
#include "cli/canary_plan.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "cli/store_view.h"
#include "connectors/entry/domain_names.h"
#include "directory/dn.h"

namespace tandem::cli {
namespace {

using policy::ConnectorKind;
using run::CanaryKind;
using run::CanaryPlan;

// A canary's attribute must be one that nobody lives by.
constexpr std::array<std::string_view, 4> kHarmless = {
    "description", "info", "extensionAttribute15", "physicalDeliveryOfficeName"};
constexpr std::size_t kMarkLength = 6;  // with the name in front, the 20 letters of an account

std::string shortMark() {
  return home::newGuid().substr(0, kMarkLength);
}

bool isLdif(const run::ServerConnector& connector) {
  return connector.policy->kind == ConnectorKind::kLdif;
}

bool holdsInetOrgPersons(const policy::ConnectorPolicy& connector) {
  return connector.kind == ConnectorKind::kOpenLdap ||
         (connector.kind == ConnectorKind::kLdif &&
          connector.ldif.schema == policy::DirectorySchema::kOpenLdap);
}

Result<run::ServerConnector*> sourceOf(run::Server& server, const std::string& name) {
  if (!name.empty()) {
    run::ServerConnector* const named = TRY(server.findConnector(name));
    if (named->isSource()) return named;
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("{} is a tenant: a canary starts in a directory of people",
                             named->policy->name));
  }
  for (run::ServerConnector& connector : server.connectors()) {
    if (connector.isSource()) return &connector;
  }
  return Error(ErrorCode::kInvalidArgument, "the policy has no directory that could be a source");
}

Result<std::string> containerOf(run::ServerConnector& source, const std::string& given) {
  if (!given.empty()) {
    TRY_DOING(directory::Dn::parse(given), "--container");
    return given;
  }
  if (!isLdif(source)) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("say where in {} the test user may be made: --container DN",
                             source.policy->name));
  }
  if (!source.policy->partitions.empty()) {
    const policy::Partition& first = source.policy->partitions.front();
    return first.include.empty() ? first.dn : first.include.front();
  }
  const std::vector<std::string> partitions = TRY(source.connector->partitions());
  if (!partitions.empty() && !partitions.front().empty()) return partitions.front();
  return Error(ErrorCode::kInvalidArgument, "say where the test user may be made: --container DN");
}

Result<CanaryPlan> planNewUser(run::ServerConnector& source, const CanaryArguments& arguments) {
  CanaryPlan plan;
  plan.source = &source;
  plan.keep = arguments.keep;
  const std::string container = TRY(containerOf(source, arguments.container));
  run::CanaryUser& user = plan.user;
  user.is_inet_org_person = holdsInetOrgPersons(*source.policy);
  user.account = "tandem-canary-" + shortMark();
  user.dn =
      fmt::format("{}={},{}", user.is_inet_org_person ? "uid" : "CN", user.account, container);
  const std::string domain = connectors::entry::domainFqdn(container);
  user.principal = fmt::format("{}@{}", user.account, domain.empty() ? "canary.invalid" : domain);
  return plan;
}

// The first harmless attribute that this server reads.
Result<std::string> attributeToChange(run::Server& server,
                                      const run::ServerConnector& source,
                                      const CanaryArguments& arguments) {
  if (!arguments.change.empty()) return arguments.change;
  const rules::RuleSet* const rules = TRY(server.rules());
  const std::vector<directory::AttributeId> read = rules->attributesRead(source.id);
  for (const std::string_view name : kHarmless) {
    const auto id = server.store().names().attributes().find(name);
    if (id && std::find(read.begin(), read.end(), *id) != read.end()) return std::string(name);
  }
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("no rule reads an attribute that is surely harmless: name one, with "
                           "--change ATTRIBUTE ('tandem rule list' shows the rules of {})",
                           source.policy->name));
}

Result<CanaryPlan> planExisting(const Session& session,
                                run::Server& server,
                                const CanaryArguments& arguments) {
  CanaryPlan plan;
  plan.kind = arguments.wants_change ? CanaryKind::kChange : CanaryKind::kFollow;
  plan.keep = arguments.keep;
  plan.source = TRY(sourceOf(server, arguments.connector));
  const StoreView view = TRY(StoreView::open(session));
  std::optional<directory::ConnectorId> within;
  if (!arguments.connector.empty()) within = plan.source->id;
  const auto found = findObject(view, arguments.user, within);
  if (found.ok()) {
    const auto row = view.store().space().find(found.value());
    for (run::ServerConnector& connector : server.connectors()) {
      if (row && connector.id == row->connector && connector.isSource()) {
        plan.source = &connector;
        plan.user.dn = row->dn;
      }
    }
  } else if (found.error().code() != ErrorCode::kNotFound) {
    return Error(found.error());  // several of that name
  } else if (directory::Dn::parse(arguments.user).ok()) {
    plan.user.dn = arguments.user;  // as new as that; the import will bring it
  } else if (plan.kind == CanaryKind::kChange) {
    return Error(found.error());
  }
  if (plan.kind == CanaryKind::kFollow) return plan;
  plan.attribute = TRY(attributeToChange(server, *plan.source, arguments));
  plan.value = "tandem-canary-" + shortMark();
  return plan;
}

}  // namespace

Result<CanaryPlan> planCanary(const Session& session,
                              run::Server& server,
                              const CanaryArguments& arguments) {
  if (!arguments.user.empty()) return planExisting(session, server, arguments);
  run::ServerConnector* const source = TRY(sourceOf(server, arguments.connector));
  return planNewUser(*source, arguments);
}

}  // namespace tandem::cli
