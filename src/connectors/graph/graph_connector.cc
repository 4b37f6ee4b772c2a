// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/graph_connector.h"

#include "connectors/graph/attribute_map.h"
#include "connectors/graph/connection_check.h"
#include "connectors/graph/export_plan.h"
#include "connectors/graph/exporter.h"
#include "connectors/graph/importer.h"
#include "connectors/graph/tenant_values.h"

namespace tandem::connectors::graph {

struct GraphConnector::State {
  State(GraphSettings given,
        directory::AttributeTable& attributes,
        directory::NameTable& object_types,
        std::unique_ptr<platform::HttpClient> client,
        platform::Clock& clock)
      : settings(std::move(given)),
        map(settings.profile, attributes, object_types),
        http(std::move(client)),
        session(settings, *http, clock),
        window(settings.concurrency_min, settings.concurrency_max),
        recent(clock) {}

  GraphSettings settings;
  AttributeMap map;
  std::unique_ptr<platform::HttpClient> http;
  GraphSession session;
  ConcurrencyWindow window;  // what was learnt in one batch serves the next
  RecentObjects recent;
};

Result<std::unique_ptr<GraphConnector>> GraphConnector::open(GraphSettings settings,
                                                             directory::AttributeTable& attributes,
                                                             directory::NameTable& object_types,
                                                             platform::Clock& clock) {
  platform::HttpClientOptions options;
  options.ca_file = settings.ca_file;
  options.proxy = settings.proxy;
  options.total_timeout = settings.request_timeout;
  options.connections_max = settings.concurrency_max + 4;
  std::unique_ptr<platform::HttpClient> http = TRY(platform::openHttpClient(std::move(options)));
  return std::make_unique<GraphConnector>(
      std::move(settings), attributes, object_types, std::move(http), clock);
}

GraphConnector::GraphConnector(GraphSettings settings,
                               directory::AttributeTable& attributes,
                               directory::NameTable& object_types,
                               std::unique_ptr<platform::HttpClient> http,
                               platform::Clock& clock)
    : state_(std::make_unique<State>(
          std::move(settings), attributes, object_types, std::move(http), clock)) {}

GraphConnector::~GraphConnector() = default;

Result<std::vector<std::string>> GraphConnector::partitions() {
  return std::vector<std::string>{"default"};
}

Result<directory::Schema> GraphConnector::schema() {
  return state_->map.schema();
}

Result<std::vector<std::pair<std::string, std::string>>> GraphConnector::parameters() {
  const VerifiedDomains domains = TRY(readOrganization(state_->session, {}));
  std::string all;
  for (const std::string& domain : domains.all)
    all += (all.empty() ? "" : ";") + domain;
  // As rules compare them with "True", "why" shows the reason in the condition itself.
  const bool is_sync = state_->settings.profile == GraphProfile::kSync;
  const std::string takes = is_sync ? "True" : "not through public Graph";
  return std::vector<std::pair<std::string, std::string>>{
      {"Tenant.Id", domains.tenant_id},
      {"Tenant.InitialDomain", domains.initial},
      {"Tenant.VerifiedDomains", all},
      {"Tenant.TakesMailGroups", takes},
      {"Tenant.TakesContacts", takes},
  };
}

Result<ImportOutcome> GraphConnector::import(const ImportRequest& request, ImportSink& sink) {
  Importer importer(state_->session, state_->map, state_->window, request, sink);
  return importer.run();
}

Result<void> GraphConnector::exportBatch(const ExportGrant& grant,
                                         std::span<const ExportItem> items,
                                         ExportSink& sink) {
  const Exporter::Parts parts{state_->session, state_->map, state_->window, state_->recent, grant};
  Exporter exporter(parts, items, sink);
  return exporter.run();
}

ExportPlan GraphConnector::planExport(std::span<const ExportItem> items) const {
  return graph::planExport(state_->settings, state_->map, items);
}

std::optional<std::vector<AttributeTraits>> GraphConnector::exportTraits(ObjectTypeId type) const {
  const std::optional<Kind> kind = state_->map.kindOf(type);
  return kind ? state_->map.traits(*kind) : std::vector<AttributeTraits>();
}

std::shared_ptr<const StoredValues> GraphConnector::storedValues(
    const Parameters& parameters) const {
  const auto verified = parameters.find("Tenant.VerifiedDomains");
  return std::make_shared<TenantValues>(
      state_->map, verified == parameters.end() ? std::string_view() : verified->second);
}

std::vector<TestFinding> GraphConnector::testConnection() {
  return checkConnection(state_->session);
}

std::optional<std::uint64_t> GraphConnector::countObjects() {
  return countTenantObjects(state_->session);
}

std::optional<std::int64_t> GraphConnector::clockAhead() const {
  return state_->session.clockAhead();
}

}  // namespace tandem::connectors::graph
