// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/ldap/session.h"

namespace tandem::connectors::ldap {

// What a server says about itself.
struct RootDse {
  std::vector<std::string> naming_contexts;
  std::string default_context;        // AD: this server's domain
  std::string root_context;           // AD: the forest's root domain
  std::string configuration_context;  // AD
  std::string schema_context;         // AD
  std::string subschema_entry;
  std::string service_name;  // AD: the DN of this DC's settings
  std::vector<std::string> controls;
  std::uint64_t highest_usn = 0;             // AD
  std::optional<std::int64_t> current_time;  // AD: seconds since 1970
  bool is_active_directory = false;          // or Samba's

  bool supports(std::string_view control) const;
  // What people and groups are in: not the schema, not the configuration, not DNS zones.
  std::vector<std::string> partitions() const;
};

Result<RootDse> readRootDse(Session& session);

// CN=Deleted Objects of the partition can be read: else a delta import does not see deletions.
Result<bool> canSeeDeletions(Session& session, const std::string& partition);
// The identity of the DC's database: its USNs mean nothing to another one.
Result<std::string> readInvocationId(Session& session, const RootDse& root);

}  // namespace tandem::connectors::ldap
