// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "connectors/connector.h"
#include "connectors/graph/graph_settings.h"
#include "platform/clock.h"
#include "platform/http_client.h"

namespace tandem::connectors::graph {

// The connector to a Microsoft Entra tenant, or to tandem-tenant, through Microsoft Graph v1.0.
// Used from one thread at a time. Imports users that carry an onPremisesImmutableId and groups that
// carry a uniqueName of ours; what else is in the tenant is left alone.
class GraphConnector final : public Connector {
 public:
  // With the machine's HTTP client. The tables are interned into here and not afterwards.
  static Result<std::unique_ptr<GraphConnector>> open(GraphSettings settings,
                                                      directory::AttributeTable& attributes,
                                                      directory::NameTable& object_types,
                                                      platform::Clock& clock);

  GraphConnector(GraphSettings settings,
                 directory::AttributeTable& attributes,
                 directory::NameTable& object_types,
                 std::unique_ptr<platform::HttpClient> http,
                 platform::Clock& clock);
  ~GraphConnector() override;

  Result<std::vector<std::string>> partitions() override;  // "default"
  Result<directory::Schema> schema() override;
  // Tenant.Id, Tenant.InitialDomain, Tenant.VerifiedDomains (separated by ";"),
  // Tenant.TakesMailGroups and Tenant.TakesContacts: "True", or why not.
  Result<std::vector<std::pair<std::string, std::string>>> parameters() override;
  bool canDeltaImport() const override { return true; }
  bool canExport() const override { return true; }

  Result<ImportOutcome> import(const ImportRequest& request, ImportSink& sink) override;
  Result<void> exportBatch(const ExportGrant& grant,
                           std::span<const ExportItem> items,
                           ExportSink& sink) override;
  ExportPlan planExport(std::span<const ExportItem> items) const override;
  std::size_t exportBatchSize() const override { return 5000; }
  std::optional<std::vector<AttributeTraits>> exportTraits(ObjectTypeId type) const override;
  std::shared_ptr<const StoredValues> storedValues(const Parameters& parameters) const override;
  std::vector<TestFinding> testConnection() override;
  std::optional<std::uint64_t> countObjects() override;
  std::optional<std::int64_t> clockAhead() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tandem::connectors::graph
