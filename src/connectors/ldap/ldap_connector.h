// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "connectors/directory_settings.h"
#include "connectors/entry/container_scope.h"
#include "connectors/entry/entry_reader.h"
#include "connectors/entry/object_classes.h"
#include "connectors/read_only_connector.h"
#include "directory/attribute_table.h"
#include "platform/clock.h"

namespace tandem::connectors::ldap {

struct ImportRun;
struct RootDse;
class Session;

// Active Directory, Samba and OpenLDAP, for import. Each call connects anew: a run is long, and
// what was true of a connection an hour ago need not be.
class LdapConnector final : public ReadOnlyConnector {
 public:
  // Interns object types; the tables and the clock outlive the connector. Error: settings that
  // contradict themselves. Does not connect.
  static Result<std::unique_ptr<LdapConnector>> open(LdapSettings settings,
                                                     directory::AttributeTable& attributes,
                                                     directory::NameTable& types,
                                                     const platform::WallClock& clock);

  Result<std::vector<std::string>> partitions() override;
  Result<directory::Schema> schema() override;
  Result<std::vector<std::pair<std::string, std::string>>> parameters() override;
  bool canDeltaImport() const override { return true; }
  Result<ImportOutcome> import(const ImportRequest& request, ImportSink& sink) override;
  std::vector<TestFinding> testConnection() override;
  Result<std::optional<std::string>> changeMark() override;
  std::optional<std::int64_t> clockAhead() const override { return clock_ahead_; }

 protected:
  std::string place() const override { return settings_.server; }

 private:
  LdapConnector(LdapSettings settings,
                directory::AttributeTable& attributes,
                entry::ObjectClasses classes,
                entry::ContainerScope scope,
                const platform::WallClock& clock);
  std::int64_t now() const;
  Result<void> completeSchema(Session& session,
                              const RootDse& root,
                              const std::vector<AttributeId>& wanted);
  static Result<void> seeBase(ImportRun& run);
  Result<ImportOutcome> importPartition(ImportRun& run);

  LdapSettings settings_;
  directory::AttributeTable& attributes_;
  entry::ObjectClasses classes_;
  entry::ContainerScope scope_;
  const platform::WallClock& clock_;
  std::optional<std::int64_t> clock_ahead_;
  directory::Schema schema_;  // as far as known: what is built in, or the server's
};

}  // namespace tandem::connectors::ldap
