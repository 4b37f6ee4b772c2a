// SPDX-License-Identifier: Apache-2.0
#include "cli/store_view.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "directory/guid.h"
#include "directory/record.h"
#include "platform/files.h"
#include "sync/departure_record.h"

namespace tandem::cli {
namespace {

using directory::ConnectorId;
using directory::ConnectorObjectId;

constexpr std::size_t kShownCandidates = 10;

bool holdsText(std::string_view record,
               directory::AttributeId attribute,
               const std::string& folded) {
  const auto values = directory::findAttribute(record, attribute);
  if (!values) return false;
  for (const std::string_view value : *values) {
    if (foldCase(value) == folded) return true;
  }
  return false;
}

std::vector<ConnectorObjectId> findByValue(const StoreView& view,
                                           const std::string& text,
                                           ConnectorId connector) {
  std::vector<directory::AttributeId> attributes;
  for (const std::string_view name : sync::kKnownBy) {
    if (const auto id = view.store().names().attributes().find(name)) attributes.push_back(*id);
  }
  const std::string folded = foldCase(text);
  std::vector<ConnectorObjectId> found;
  view.scan(connector, [&](const store::ObjectView& object) {
    for (const directory::AttributeId attribute : attributes) {
      if (!holdsText(object.image, attribute, folded)) continue;
      found.push_back(object.id);
      break;
    }
    return found.size() < kShownCandidates;
  });
  return found;
}

Error ambiguous(const StoreView& view,
                const std::string& text,
                const std::vector<ConnectorObjectId>& found) {
  std::string list;
  for (const ConnectorObjectId id : found) {
    const auto row = view.store().space().find(id);
    if (!row) continue;
    list += fmt::format(
        "\n  #{}  {}: {}", id.raw(), view.names().connectorName(row->connector), row->dn);
  }
  return {ErrorCode::kInvalidArgument,
          fmt::format(
              "\"{}\" is several objects; name one by its id, or add --connector:{}", text, list)};
}

}  // namespace

StoreView::StoreView(home::Home home, std::unique_ptr<store::Store> store)
    : home_(std::move(home)), store_(std::move(store)) {}

Result<StoreView> StoreView::open(const Session& session) {
  home::Home home = TRY(session.openHome());
  const bool is_new = !platform::fileExists(home.databasePath());
  if (is_new && !session.in_service) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("nothing has been imported yet in {}: run 'tandem cycle initial'",
                             home.folder()));
  }
  // Who asks the service looks at pages: they are empty, not missing.
  std::unique_ptr<store::Store> store = is_new ? TRY(store::Store::open(":memory:"))
                                               : TRY(store::Store::openReader(home.databasePath()));
  StoreView view(std::move(home), std::move(store));
  view.listConnectors();
  return view;
}

void StoreView::listConnectors() {
  const Result<policy::PolicyDocument> document = home_.usablePolicy();
  if (document.ok()) {
    for (const policy::ConnectorPolicy& connector : document.value().connectors) {
      connectors_.push_back({connector.name,
                             std::string(wordFor(policy::kConnectorKinds, connector.kind)),
                             names().findConnector(connector.name)});
    }
    return;
  }
  // A broken policy must not hide what there is.
  for (std::int64_t id = 1; !names().connectorName(ConnectorId(id)).empty(); ++id) {
    connectors_.push_back({names().connectorName(ConnectorId(id)), "", ConnectorId(id)});
  }
}

Result<StoreView::Connector> StoreView::connector(std::string_view name) const {
  std::string known;
  for (const Connector& connector : connectors_) {
    if (equalsIgnoreCaseAscii(connector.name, name)) return connector;
    known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", connector.name);
  }
  return Error(ErrorCode::kNotFound,
               fmt::format("there is no connector \"{}\"; there are: {}", name, known));
}

void StoreView::scan(ConnectorId connector,
                     const std::function<bool(const store::ObjectView&)>& take) const {
  constexpr std::int64_t kBlock = 10000;  // ids; so that a scan can end early
  const std::int64_t last = store_->space().maxId();
  bool more = true;
  for (std::int64_t from = 1; more && from <= last; from += kBlock) {
    store_->space().scan(connector,
                         ConnectorObjectId(from),
                         ConnectorObjectId(from + kBlock - 1),
                         [&](const store::ObjectView& object) { more = more && take(object); });
  }
}

std::string StoreView::typeName(directory::ObjectTypeId type) const {
  if (type.raw() == 0) return "";
  return names().objectTypes().name(static_cast<std::uint32_t>(type.raw()));
}

const std::string& StoreView::attributeName(directory::AttributeId attribute) const {
  return names().attributes().name(attribute);
}

Result<ConnectorObjectId> findObject(const StoreView& view,
                                     const std::string& text,
                                     std::optional<ConnectorId> connector) {
  std::string_view digits = text;
  if (!digits.empty() && digits.front() == '#') digits.remove_prefix(1);
  if (const auto number = parseInteger(digits)) {
    if (view.store().space().find(ConnectorObjectId(*number))) return ConnectorObjectId(*number);
  }
  const auto guid = directory::Guid::parseActiveDirectory(text);
  const auto plain_guid = directory::Guid::parseBigEndian(text);
  std::vector<ConnectorObjectId> found;
  const auto add = [&](std::optional<ConnectorObjectId> id) {
    if (id && std::find(found.begin(), found.end(), *id) == found.end()) found.push_back(*id);
  };
  for (const StoreView::Connector& candidate : view.connectors()) {
    if (!candidate.id || (connector && *connector != *candidate.id)) continue;
    store::ConnectorSpace& space = view.store().space();
    add(space.findByDn(*candidate.id, text));
    if (guid) add(space.findByAnchor(*candidate.id, guid->bytes()));
    if (plain_guid) add(space.findByAnchor(*candidate.id, plain_guid->bytes()));
    add(space.findByAnchor(*candidate.id, text));
  }
  for (const StoreView::Connector& candidate : view.connectors()) {
    if (!found.empty()) break;  // the first connector of the policy that knows the value
    if (!candidate.id || (connector && *connector != *candidate.id)) continue;
    found = findByValue(view, text, *candidate.id);
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1) return ambiguous(view, text, found);
  return Error(
      ErrorCode::kNotFound,
      fmt::format("no object \"{}\" has been imported: look for it with 'tandem search', or "
                  "see whether its container is included ('tandem policy show')",
                  text));
}

}  // namespace tandem::cli
