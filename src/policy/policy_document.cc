// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_document.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::policy {

const ConnectorPolicy* PolicyDocument::findConnector(std::string_view name) const {
  for (const ConnectorPolicy& connector : connectors) {
    if (equalsIgnoreCaseAscii(connector.name, name)) return &connector;
  }
  return nullptr;
}

std::vector<std::string> PolicyDocument::secretNames() const {
  std::vector<std::string> names;
  for (const ConnectorPolicy& connector : connectors) {
    for (const std::string* name : {&connector.ldap.password_secret,
                                    &connector.entra.client_secret,
                                    &connector.entra.certificate_secret}) {
      if (!name->empty()) names.push_back(*name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace tandem::policy
