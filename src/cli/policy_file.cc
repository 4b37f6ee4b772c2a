// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_file.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "platform/files.h"
#include "policy/policy_check.h"
#include "policy/policy_diff.h"

namespace tandem::cli {

using Json = nlohmann::ordered_json;

namespace {
constexpr std::size_t kPolicyLimit = 64 * 1024 * 1024;
}  // namespace

Result<policy::ReadPolicy> readPolicyFile(const std::string& file) {
  const std::string text = TRY(platform::readFile(file, kPolicyLimit));
  return policy::checkPolicy(text, file);
}

Json problemsJson(const Problems& problems) {
  Json list = Json::array();
  for (const Problem& problem : problems) {
    const bool error = problem.severity == Problem::Severity::kError;
    list.push_back({{"severity", error ? "error" : "warning"},
                    {"where", problem.where},
                    {"message", problem.message}});
  }
  return list;
}

void reportBadConfiguration(Session& session, const std::string& path, const Problems& problems) {
  if (session.json) {
    session.printJson({{"valid", false}, {"problems", problemsJson(problems)}});
  }
  session.note(home::listProblems(problems));
  session.note(
      fmt::format("tandem: {} has errors; nothing was changed. Correct these lines and give "
                  "the command again",
                  path));
}

void reportBadPolicy(Session& session, const std::string& file, const policy::ReadPolicy& read) {
  reportBadConfiguration(session, file, read.problems);
}

std::string originOf(const policy::PolicyDocument& document) {
  if (!document.exported) return "";
  const policy::Exported& from = *document.exported;
  const auto known = [](const std::string& text) { return text.empty() ? "unknown" : text; };
  return fmt::format("exported by {} on {} at {} (Tandem {}, server {})",
                     known(from.by),
                     known(from.host),
                     known(from.at),
                     known(from.version),
                     known(from.server_id));
}

Json originJson(const policy::PolicyDocument& document) {
  if (!document.exported) return nullptr;
  const policy::Exported& from = *document.exported;
  return {{"by", from.by},
          {"host", from.host},
          {"serverId", from.server_id},
          {"at", from.at},
          {"version", from.version}};
}

policy::PolicyDocument settingsAlone(policy::PolicyDocument document) {
  document.exported.reset();
  document.standard_rules.in_full.clear();
  return document;
}

std::string replacementWarnings(const policy::PolicyDocument& before,
                                const policy::PolicyDocument& after) {
  std::string text;
  if (before.source_anchor.attribute != after.source_anchor.attribute) {
    text +=
        "Warning: the source anchor changes. Objects that are in the tenant already are then no "
        "longer recognised by it.\n";
  }
  for (const policy::ConnectorPolicy& connector : before.connectors) {
    if (after.findConnector(connector.name) != nullptr) continue;
    text += fmt::format(
        "Warning: the connector \"{}\" goes: its directory is no longer read or "
        "written.\n",
        connector.name);
  }
  return text;
}

std::string standardRulesNote(const policy::PolicyDocument& document) {
  std::string text;
  for (const std::string& name : policy::otherStandardRules(document)) {
    text += fmt::format(
        "Note: the standard rule \"{}\" in the file is not the one of this release; "
        "this release's is used. To keep the file's, disable it under "
        "\"standardRules\" and put a copy under \"rules\".\n",
        name);
  }
  return text;
}

}  // namespace tandem::cli
