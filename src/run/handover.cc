// SPDX-License-Identifier: Apache-2.0
#include "run/handover.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "directory/delta.h"
#include "sync/target_object.h"

namespace tandem::run {
namespace {

using directory::AttributeId;
using directory::AttributeView;
using directory::RecordBuilder;
using directory::RecordReader;
using directory::ValuesView;
using directory::ValueType;
using store::PendingOperation;
using Json = nlohmann::ordered_json;

constexpr std::string_view kSetting = "handover";
constexpr std::size_t kJournalRows = 20;

std::string_view wordFor(PendingOperation operation) {
  switch (operation) {
    case PendingOperation::kAdd:
      return "add";
    case PendingOperation::kUpdate:
      return "update";
    case PendingOperation::kDelete:
      return "delete";
  }
  return "update";
}

Json toJson(const directory::AttributeTable& names, std::string_view delta) {
  Json attributes = Json::object();
  RecordReader reader(delta);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    Json values = Json::array();
    for (const std::string_view value : attribute->values)
      values.push_back(toBase64(value));
    attributes[names.name(attribute->id)] = {{"type", static_cast<int>(attribute->values.type())},
                                             {"multi", attribute->values.isMulti()},
                                             {"values", values}};
  }
  return attributes;
}

// Attributes that this store has never heard of are in no rule of it either.
std::string deltaFrom(const directory::AttributeTable& names, const Json& attributes) {
  RecordBuilder delta;
  for (const auto& [name, json] : attributes.items()) {
    const std::optional<AttributeId> id = names.find(name);
    if (!id) continue;
    const auto type = static_cast<ValueType>(json.at("type").get<int>());
    const bool multi = json.at("multi").get<bool>();
    if (json.at("values").empty()) delta.addCleared(*id, type, multi);
    for (const Json& value : json.at("values")) {
      const std::optional<std::string> bytes = fromBase64(value.get<std::string>());
      if (bytes) delta.add(*id, type, multi, *bytes);
    }
  }
  return delta.finish();
}

class HandoverWriter {
 public:
  explicit HandoverWriter(store::Store& store) : store_(&store) {}

  Json objectsOf(directory::ConnectorId connector) {
    Json objects = Json::array();
    store::Exports& exports = store_->exports();
    for (const directory::ConnectorObjectId id : exports.inDoubt(connector)) {
      if (Json json = inDoubt(id); !json.is_null()) objects.push_back(std::move(json));
    }
    exports.scanAccepted(
        connector,
        [&](directory::ConnectorObjectId id, std::string_view image, std::string_view accepted) {
          if (!differs(image, accepted)) return;
          const auto row = store_->space().find(id);
          if (!row || row->anchor.empty()) return;
          objects.push_back(
              {{"anchor", toHex(row->anchor)}, {"accepted", toJson(names(), accepted)}});
        });
    return objects;
  }

 private:
  const directory::AttributeTable& names() const { return store_->names().attributes(); }

  static bool differs(std::string_view image, std::string_view accepted) {
    RecordReader reader(accepted);
    while (const std::optional<AttributeView> attribute = reader.next()) {
      const std::optional<ValuesView> is = directory::findAttribute(image, attribute->id);
      if (!is || !(*is == attribute->values)) return true;
    }
    return false;
  }

  Json inDoubt(directory::ConnectorObjectId id) {
    const std::optional<store::ObjectRow> row = store_->space().find(id);
    if (!row || row->anchor.empty()) return nullptr;
    store::Exports& exports = store_->exports();
    Json json{{"anchor", toHex(row->anchor)}, {"isOpen", exports.hasOpenIntent(id)}};
    if (const auto sent = exports.unconfirmed(id)) {
      json["operation"] = wordFor(sent->operation);
      json["sent"] = toJson(names(), sent->delta);
    }
    Json references = Json::array();
    for (const store::ExportReferenceRow& reference : exports.references(id)) {
      const auto target = store_->space().find(reference.target);
      if (!reference.sent || !target) continue;
      references.push_back({{"attribute", names().name(reference.attribute)},
                            {"target", toHex(target->anchor)},
                            {"added", reference.added}});
    }
    json["references"] = references;
    return json;
  }

  store::Store* store_;
};

// Calls back for each object of the document that this server knows, or with none.
using TakeObject =
    std::function<void(ServerConnector&, std::optional<directory::ConnectorObjectId>, const Json&)>;

Result<void> forEachObject(Server& server, const std::string& document, const TakeObject& take) {
  try {
    const Json json = Json::parse(document);
    for (const Json& connector : json.at("connectors")) {
      Result<ServerConnector*> mine = server.findConnector(connector.at("name").get<std::string>());
      if (!mine.ok()) continue;  // the policies differ; the plan has said so
      for (const Json& object : connector.at("objects")) {
        const std::string anchor =
            fromHex(object.at("anchor").get<std::string>()).value_or(std::string());
        take(*mine.value(), server.store().space().findByAnchor(mine.value()->id, anchor), object);
      }
    }
  } catch (const Json::exception&) {
    return Error(
        ErrorCode::kCorruption,
        "what the old server hands over cannot be understood: are both servers of the same "
        "release?");
  }
  return {};
}

// The values that the tenant shows as they were accepted.
std::string shownAsAccepted(std::string_view image, std::string_view accepted) {
  RecordBuilder same;
  RecordReader reader(accepted);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    const std::optional<ValuesView> is = directory::findAttribute(image, attribute->id);
    if (is && *is == attribute->values) same.addFromDelta(*attribute);
  }
  return same.finish();
}

class HandoverTaker {
 public:
  HandoverTaker(Server& server, const sync::Engine& engine)
      : store_(&server.store()), targets_(engine), now_(server.now()) {}

  // What this server has made out by itself while the other one wrote was a guess, and the other
  // one knows: only what it confirms counts.
  void forgetGuesses(directory::ConnectorId connector) {
    std::vector<std::pair<directory::ConnectorObjectId, std::string>> kept;
    store_->exports().scanAccepted(
        connector,
        [&](directory::ConnectorObjectId id, std::string_view image, std::string_view accepted) {
          std::string same = shownAsAccepted(image, accepted);
          if (same != accepted) kept.emplace_back(id, std::move(same));
        });
    for (const auto& [id, accepted] : kept) {
      store_->exports().setAccepted(id, accepted);
      targets_.refreshPending(id);
    }
  }

  void take(directory::ConnectorObjectId id, const Json& object) {
    store::Exports& exports = store_->exports();
    if (const auto wanted = exports.wanted(id); wanted && object.contains("accepted")) {
      exports.setAccepted(
          id, directory::mergeDeltas(wanted->accepted, deltaFrom(names(), object.at("accepted"))));
    }
    if (object.value("operation", "") == "delete") return takeDelete(id);
    // What this server has sent itself since is newer.
    if (object.contains("sent") && !exports.unconfirmed(id)) {
      const std::string delta = deltaFrom(names(), object.at("sent"));
      if (!delta.empty()) exports.setUnconfirmed(id, PendingOperation::kUpdate, delta, now_);
    }
    if (object.contains("references")) takeReferences(id, object.at("references"));
    targets_.refreshPending(id);
  }

 private:
  const directory::AttributeTable& names() const { return store_->names().attributes(); }

  void takeDelete(directory::ConnectorObjectId id) {
    store::Exports& exports = store_->exports();
    if (exports.pending(id) != PendingOperation::kDelete) return;  // our rules want it back
    exports.setUnconfirmed(id, PendingOperation::kDelete, {}, now_);
    exports.removePending(id);
  }

  void takeReferences(directory::ConnectorObjectId id, const Json& references) {
    const std::optional<store::ObjectRow> row = store_->space().find(id);
    for (const Json& json : references) {
      const auto attribute = names().find(json.at("attribute").get<std::string>());
      const auto anchor = fromHex(json.at("target").get<std::string>());
      if (!row || !attribute || !anchor) continue;
      const auto target = store_->space().findByAnchor(row->connector, *anchor);
      if (!target) continue;
      auto pending = store_->exports().reference(id, *attribute, *target);
      if (!pending || pending->added != json.at("added").get<bool>()) continue;
      pending->sent = true;
      store_->exports().setReference(id, *pending);
    }
  }

  store::Store* store_;
  sync::TargetObjects targets_;
  std::int64_t now_;
};

// Did this server, under its own epoch, send something that the old one had sent with the same
// values?
bool wasRepeated(Server& server, directory::ConnectorObjectId id, const Json& object) {
  if (!object.contains("sent")) return false;
  const std::string sent = deltaFrom(server.store().names().attributes(), object.at("sent"));
  const auto epoch = static_cast<std::int64_t>(server.pairState().epoch);
  for (const store::JournalRow& row : server.store().exports().journalOf(id, kJournalRows)) {
    if (row.epoch != epoch) continue;
    RecordReader reader(row.delta);
    while (const std::optional<AttributeView> attribute = reader.next()) {
      const auto before = directory::findAttribute(sent, attribute->id);
      if (before && *before == attribute->values) return true;
    }
  }
  return false;
}

}  // namespace

Result<std::string> writeHandover(Server& server) {
  HandoverWriter writer(server.store());
  Json connectors = Json::array();
  for (ServerConnector& connector : server.connectors()) {
    if (!connector.connector->canExport()) continue;
    connectors.push_back(
        {{"name", connector.policy->name}, {"objects", writer.objectsOf(connector.id)}});
  }
  TRY(server.store().database().takeError());
  return Json{{"connectors", connectors}}.dump();
}

Result<void> takeHandover(Server& server, const std::string& document) {
  const sync::Engine engine = TRY(server.engine());
  HandoverTaker taker(server, engine);
  store::Transaction transaction = TRY(store::Transaction::begin(server.store().database()));
  for (ServerConnector& connector : server.connectors()) {
    if (connector.connector->canExport()) taker.forgetGuesses(connector.id);
  }
  TRY(forEachObject(
      server,
      document,
      [&](ServerConnector&, std::optional<directory::ConnectorObjectId> id, const Json& object) {
        if (id) taker.take(*id, object);
      }));
  server.store().setSetting(kSetting, document);
  return transaction.commit();
}

Result<HandoverOutcome> judgeHandover(Server& server) {
  HandoverOutcome outcome;
  const std::optional<std::string> document = server.store().setting(kSetting);
  if (!document) return outcome;
  TRY(forEachObject(
      server,
      *document,
      [&](ServerConnector&, std::optional<directory::ConnectorObjectId> id, const Json& object) {
        const bool is_delete = object.value("operation", "") == "delete";
        if (!id && !is_delete && object.contains("sent")) ++outcome.lost;
        if (id && wasRepeated(server, *id, object)) ++outcome.repeated;
      }));
  return outcome;
}

}  // namespace tandem::run
