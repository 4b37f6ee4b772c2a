// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

// A policy for tests that uses every kind of connector and every section.
namespace tandem::policy {

inline constexpr std::string_view kSamplePolicy = R"json({
  "version": 1,
  "identity": { "name": "Example", "tenant": "example.onmicrosoft.com" },
  "sourceAnchor": { "attribute": "automatic" },
  "signIn": { "method": "passwordHashSync" },
  "connectors": [
    {
      "name": "corp.example.com",
      "id": "0b7f6c1e-6c6f-4d53-9f0e-3f8f0b6a1c01",
      "kind": "activeDirectory",
      "host": "dc1.corp.example.com",
      "connectAddress": "192.0.2.10",
      "port": 636,
      "tls": { "mode": "ldaps", "caFile": "/etc/tandem/corp-ca.pem" },
      "bind": {
        "method": "simple",
        "account": "tandem@corp.example.com",
        "passwordSecret": "corp.password"
      },
      "deltaImport": "dirSync",
      "pageSize": 500,
      "partitions": [
        {
          "dn": "DC=corp,DC=example,DC=com",
          "include": ["OU=People,DC=corp,DC=example,DC=com"],
          "exclude": ["OU=Guests,OU=People,DC=corp,DC=example,DC=com"]
        }
      ],
      "extraAttributes": ["employeeID"]
    },
    {
      "name": "ldap.example.org",
      "id": "0b7f6c1e-6c6f-4d53-9f0e-3f8f0b6a1c02",
      "kind": "openLdap",
      "host": "ldap.example.org",
      "tls": { "mode": "none" },
      "bind": { "method": "gssapi", "account": "t@EXAMPLE.ORG", "keytab": "/etc/tandem.keytab" },
      "deltaImport": "syncRepl"
    },
    {
      "name": "files",
      "id": "0b7f6c1e-6c6f-4d53-9f0e-3f8f0b6a1c03",
      "kind": "ldif",
      "folder": "forest",
      "objectTypes": ["user", "group"]
    },
    {
      "name": "entra",
      "id": "b891884f-051e-4a83-95af-2544101c9083",
      "kind": "entra",
      "tenantId": "example.onmicrosoft.com",
      "clientId": "5f0c0c54-8f4e-4a2b-9b1c-111111111111",
      "credential": { "clientSecret": "entra.secret" }
    }
  ],
  "standardRules": { "include": true, "disabled": [] },
  "rules": [
    {
      "name": "In from files - Department",
      "id": "9a7d9a39-6f35-4d8a-9d3b-000000000001",
      "connector": "files",
      "direction": "Inbound",
      "sourceObjectType": "user",
      "targetObjectType": "person",
      "linkType": "Join",
      "precedence": 50,
      "scopeFilter": [[{ "attribute": "company", "comparisonOperator": "ISNOTNULL" }]],
      "attributeFlowMappings": [
        { "destination": "department", "expression": "Trim([company])" }
      ]
    }
  ],
  "runProfiles": [
    {
      "name": "Import and Sync",
      "connector": "files",
      "steps": ["Full Import", "Full Synchronization"]
    }
  ],
  "scheduler": { "cycleEnabled": true, "cycleInterval": "00:30:00", "maintenanceEnabled": true,
    "onChange": true, "quietSeconds": 45 },
  "thresholds": { "deletions": { "count": 500, "percent": 10 } },
  "retention": { "runHistory": "7.00:00:00" }
}
)json";

// The sample with one piece of its text replaced.
inline std::string sampleWith(std::string_view from, std::string_view to) {
  std::string text(kSamplePolicy);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

}  // namespace tandem::policy
