// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "connectors/directory_settings.h"
#include "connectors/entry/container_scope.h"
#include "connectors/entry/object_classes.h"
#include "connectors/read_only_connector.h"
#include "directory/attribute_table.h"

namespace tandem::connectors::ldif {

// A folder of LDIF files as a connected directory. Its watermark is a hash of each file: a delta
// import of an unchanged folder reads no entry; a changed one is read whole, and the engine finds
// what changed by comparing. Nothing is ever written to the folder.
class LdifConnector final : public ReadOnlyConnector {
 public:
  // Interns object types; the tables outlive the connector. Error: settings that contradict
  // themselves. The folder itself is looked at when it is used.
  static Result<std::unique_ptr<LdifConnector>> open(LdifSettings settings,
                                                     directory::AttributeTable& attributes,
                                                     directory::NameTable& types);

  Result<std::vector<std::string>> partitions() override;
  Result<directory::Schema> schema() override;
  Result<std::vector<std::pair<std::string, std::string>>> parameters() override;
  bool canDeltaImport() const override { return true; }
  Result<ImportOutcome> import(const ImportRequest& request, ImportSink& sink) override;
  std::vector<TestFinding> testConnection() override;
  std::optional<std::uint64_t> countObjects() override;
  Result<std::optional<std::string>> changeMark() override;

 protected:
  std::string place() const override { return settings_.folder; }

 private:
  LdifConnector(LdifSettings settings,
                directory::AttributeTable& attributes,
                entry::ObjectClasses classes,
                entry::ContainerScope scope);

  LdifSettings settings_;
  directory::AttributeTable& attributes_;
  entry::ObjectClasses classes_;
  entry::ContainerScope scope_;
  directory::Schema schema_;
};

}  // namespace tandem::connectors::ldif
