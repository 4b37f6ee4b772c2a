// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/directory_rights.h"

#include <fmt/format.h>

namespace tandem::connectors::ldap {
namespace {

constexpr std::size_t kContainersMax = 500;

// The entry itself can be read. An answer without it means that the account may not.
Result<bool> canRead(Session& session, const std::string& dn) {
  SearchRequest request;
  request.base = dn;
  request.scope = LDAP_SCOPE_BASE;
  request.attributes = {"objectClass"};
  bool seen = false;
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor&) -> Result<void> {
    seen = true;
    return {};
  };
  const SearchAnswer answer = TRY(session.search(request, handler));
  return seen && answer.code == LDAP_SUCCESS;
}

void testPartitions(Session& session,
                    const std::vector<std::string>& partitions,
                    std::vector<TestFinding>& findings) {
  if (partitions.empty()) {
    findings.push_back(TestFinding::refused("partitions",
                                            "the server names none that people could be in",
                                            "name one under \"partitions\" in the policy"));
  }
  for (const std::string& partition : partitions) {
    const Result<bool> readable = canRead(session, partition);
    const std::string check = "partition " + partition;
    if (!readable.ok()) {
      findings.push_back(TestFinding::refused(check, readable.error().message()));
    } else if (readable.value()) {
      findings.push_back(TestFinding::ok(check, "can be read"));
    } else {
      findings.push_back(
          TestFinding::refused(check,
                               "there is no such entry, or the account may not read it",
                               fmt::format("check the DN in the policy, or grant {} read there",
                                           session.settings().user)));
    }
  }
}

void testContainers(Session& session, std::vector<TestFinding>& findings) {
  const ContainerFilter& filter = session.settings().containers;
  std::size_t looked_at = 0;
  const auto look = [&](const std::string& dn, bool included) {
    if (++looked_at > kContainersMax) return;
    const Result<bool> readable = canRead(session, dn);
    if (readable.ok() && readable.value()) return;
    const std::string check = fmt::format("container {}", dn);
    const std::string next = "correct it in the policy (\"partitions\"), or grant the account read";
    findings.push_back(
        included
            ? TestFinding::refused(check, "is included, but is not there or may not be read", next)
            : TestFinding::warning(
                  check, "is excluded, but is not there or may not be read", next));
  };
  for (const std::string& dn : filter.included)
    look(dn, true);
  for (const std::string& dn : filter.excluded)
    look(dn, false);
}

// A delta import needs one of these; which verdict a missing right has depends on what was asked
// for: with "automatic" there is another way.
TestFinding changesFinding(Session& session, const std::string& partition) {
  const std::string check = "changes of " + partition;
  SearchRequest request;
  request.base = partition;
  request.filter = "(objectGUID=\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00)";
  request.attributes = {"name"};
  request.controls = {dirSyncControl(kDirSyncIncrementalValues, "")};
  const auto answer = session.search(request, {});
  if (!answer.ok()) return TestFinding::refused(check, answer.error().message());
  if (answer.value().code == LDAP_SUCCESS) return TestFinding::ok(check, "DirSync may be used");
  const std::string detail =
      fmt::format("DirSync is refused ({} {})", answer.value().code, answer.value().diagnostic);
  const std::string grant = fmt::format(
      "grant {} \"Replicating Directory Changes\" on {}", session.settings().user, partition);
  if (session.settings().delta == DeltaMethod::kDirSync) {
    return TestFinding::refused(check, detail + " and the policy asks for it", grant);
  }
  return TestFinding::warning(
      check, detail + ": changes are read with the account's own view", grant);
}

TestFinding deletionsFinding(Session& session, const std::string& partition) {
  const std::string check = "deletions of " + partition;
  const auto visible = canSeeDeletions(session, partition);
  if (visible.ok() && visible.value()) {
    return TestFinding::ok(check, "CN=Deleted Objects can be read");
  }
  return TestFinding::warning(
      check,
      fmt::format("CN=Deleted Objects,{} cannot be read: delta imports can miss deletions",
                  partition),
      "grant the account list and read there (dsacls /takeOwnership first)");
}

TestFinding syncreplFinding(const RootDse& root) {
  if (root.supports(kSyncRequestOid)) return TestFinding::ok("changes", "syncrepl may be used");
  return TestFinding::warning("changes",
                              "the server offers no syncrepl: every delta import reads everything",
                              "load the overlay syncprov");
}

}  // namespace

std::vector<TestFinding> testRights(Session& session, const RootDse& root) {
  std::vector<TestFinding> findings;
  const LdapSettings& settings = session.settings();
  const std::vector<std::string> partitions =
      settings.base.empty() ? root.partitions() : std::vector<std::string>{settings.base};
  testPartitions(session, partitions, findings);
  testContainers(session, findings);
  if (settings.delta == DeltaMethod::kNone) {
    findings.push_back(TestFinding::ok("changes", "every delta import reads everything, as set"));
    return findings;
  }
  if (!root.is_active_directory) {
    findings.push_back(syncreplFinding(root));
    return findings;
  }
  for (const std::string& partition : partitions) {
    if (settings.delta != DeltaMethod::kUsnChanged) {
      findings.push_back(changesFinding(session, partition));
    }
    findings.push_back(deletionsFinding(session, partition));
  }
  return findings;
}

}  // namespace tandem::connectors::ldap
