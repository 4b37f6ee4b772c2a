// SPDX-License-Identifier: Apache-2.0
#include "run/preview_server.h"

#include <fmt/format.h>

#include "directory/dn.h"
#include "platform/files.h"
#include "run/connector_factory.h"

namespace tandem::run {

Result<std::unique_ptr<PreviewServer>> PreviewServer::open(
    const home::Home& home, std::optional<policy::PolicyDocument> policy) {
  if (!platform::fileExists(home.databasePath())) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("nothing has been imported yet in {}: run 'tandem cycle initial'",
                             home.folder()));
  }
  std::unique_ptr<PreviewServer> made(new PreviewServer());
  made->snapshot_ = TRY(store::Snapshot::take(home.databasePath()));
  std::unique_ptr<store::Store> copy =
      TRY_DOING(made->snapshot_->copy(), "looking at the store as it is now");
  ServerParts parts;
  parts.policy = std::move(policy);
  made->server_ = TRY(Server::openCopy(home, std::move(copy), std::move(parts)));
  return made;
}

Result<PreviewServer::Asked> PreviewServer::ask(directory::ConnectorObjectId object,
                                                bool as_if_deleted) {
  const sync::Engine engine = TRY(server_->engine());
  Asked asked;
  const std::optional<store::ObjectRow> row = server_->store().space().find(object);
  for (const ServerConnector& connector : server_->connectors()) {
    if (row && connector.id == row->connector && row->has_image)
      asked.why_gone = whyNotRead(*connector.policy, row->dn);
  }
  sync::PreviewOptions options;
  options.as_if_deleted = as_if_deleted || !asked.why_gone.empty();
  asked.preview = TRY(sync::previewObject(engine, object, options));
  return asked;
}

std::string whyNotRead(const policy::ConnectorPolicy& connector, const std::string& dn) {
  if (!connector.isSource()) return {};
  const auto scope = connectors::entry::ContainerScope::fromFilter(containersOf(connector));
  if (!scope.ok()) return {};
  const std::string key = directory::dnKey(dn);
  if (scope.value().covers(key) || scope.value().isAboveIncluded(key)) return {};
  return fmt::format("its container is not among those that the policy includes for \"{}\"",
                     connector.name);
}

}  // namespace tandem::run
