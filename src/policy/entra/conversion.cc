// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/conversion.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "policy/entra/connector_conversion.h"
#include "policy/entra/rule_conversion.h"
#include "policy/entra/settings_conversion.h"

namespace tandem::policy::entra {
namespace {

// RFC 6761: a name that never resolves, so that nothing is read from a wrong place.
constexpr std::string_view kNoHost = "directory.invalid";

// A script or a list of rules names connectors by their ids and does not say what they are.
class RulesAlone {
 public:
  RulesAlone(EntraConfiguration& configuration, PolicyDocument& document, Report& report)
      : configuration_(configuration), document_(document), report_(report) {}

  void place() {
    std::vector<std::string> done;
    for (const EntraRule& rule : configuration_.rules) {
      const std::string id = rule.body.connector;
      if (id.empty() || std::find(done.begin(), done.end(), id) != done.end()) continue;
      done.push_back(placeOne(id, rule.body.where));
    }
  }

 private:
  // The id of the connector in the document that its rules belong to.
  std::string placeOne(const std::string& id, const std::string& where) {
    const ConnectorPolicy* const found = findConnector(id);
    if (found != nullptr && found->id == id) return id;
    if (found != nullptr) {
      report_.push_back({Outcome::kAdapted,
                         fmt::format("connector {}", id),
                         fmt::format("its rules belong to the connector \"{}\"", found->name),
                         "",
                         "",
                         where});
    }
    const std::string there = found != nullptr ? found->id : addUnknown(id, where);
    for (EntraRule& rule : configuration_.rules) {
      if (rule.body.connector == id) rule.body.connector = there;
    }
    return there;
  }

  // By its id or name, or the only one of the kind.
  const ConnectorPolicy* findConnector(const std::string& id) const {
    const ConnectorPolicy* only = nullptr;
    int of_the_kind = 0;
    for (const ConnectorPolicy& connector : document_.connectors) {
      if (connector.id == id || equalsIgnoreCaseAscii(connector.name, id)) return &connector;
      if (connector.isSource() == isTenant(id)) continue;
      only = &connector;
      ++of_the_kind;
    }
    return of_the_kind == 1 ? only : nullptr;
  }

  static bool isTenant(const std::string& id) { return id == kEntraConnectorId; }

  std::string addUnknown(const std::string& id, const std::string& where) {
    ConnectorPolicy& added = document_.connectors.emplace_back();
    added.id = guidFor(id);
    added.kind = isTenant(id) ? ConnectorKind::kEntra : ConnectorKind::kActiveDirectory;
    const bool is_name = !normalGuid(id).has_value();
    added.name = isTenant(id) ? "entra"
                 : is_name    ? id
                              : fmt::format("directory {}", id.substr(0, 8));
    added.ldap.host = kNoHost;
    added.ldap.account = "tandem";
    added.ldap.password_secret = "directory.password";
    added.entra.tenant_id = kNoHost;
    added.entra.client_id = kNoApplication;
    added.entra.client_secret = "entra.client-secret";
    report_.push_back({Outcome::kNotCarried,
                       fmt::format("connector \"{}\"", added.name),
                       "rules alone do not say what their connector is",
                       "which directory is it? --into POLICY puts the rules into a policy that has "
                       "its connectors",
                       "a connector that reads nothing",
                       where});
    return added.id;
  }

  EntraConfiguration& configuration_;
  PolicyDocument& document_;
  Report& report_;
};

}  // namespace

Conversion convert(const EntraConfiguration& configuration, const ConvertOptions& options) {
  Conversion result;
  PolicyDocument& document = result.document;
  EntraConfiguration from = configuration;
  if (from.has_connectors) {
    convertConnectors(from, document, result.report);
    convertSettings(from.settings, document, result.report);
    convertRules(from, options.standard_rules, document, result.report);
    convertSelections(from, document, result.report);
    return result;
  }
  if (options.into != nullptr) document = *options.into;
  const StandardRules before = document.standard_rules;
  RulesAlone(from, document, result.report).place();
  convertRules(from, options.standard_rules, document, result.report);
  // Which standard rules are on is the policy's to say, not that of one rule beside them.
  if (options.into != nullptr) document.standard_rules = before;
  return result;
}

}  // namespace tandem::policy::entra
