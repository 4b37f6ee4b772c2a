// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/object_text.h"
#include "cli/options.h"
#include "cli/store_view.h"
#include "cli/table.h"
#include "csexport/anchor_value.h"
#include "sync/lineage.h"

namespace tandem::cli {
namespace {

using directory::AttributeId;
using directory::ConnectorObjectId;
using directory::MetaverseObjectId;
using Json = nlohmann::ordered_json;

constexpr std::size_t kShownValues = 5;
constexpr std::size_t kShownReferences = 10;

Json stateJson(std::uint32_t state) {
  Json words = Json::array();
  if ((state & store::ObjectState::kPlaceholder) != 0) words.push_back("placeholder");
  if ((state & store::ObjectState::kContainer) != 0) words.push_back("container");
  if ((state & store::ObjectState::kTransient) != 0) words.push_back("transient");
  if ((state & store::ObjectState::kProvisioned) != 0) words.push_back("provisioned");
  return words;
}

std::string anchorText(const std::string& anchor) {
  bool printable = !anchor.empty();
  for (const char c : anchor)
    printable = printable && c >= 0x20 && c < 0x7F;
  return printable ? anchor : valueText("objectGUID", directory::ValueType::kBinary, anchor);
}

// Everything that this server knows of one object.
class Shown {
 public:
  Shown(const StoreView& view, const Session& session) : view_(view), session_(session) {}

  Result<void> connectorObject(ConnectorObjectId id, bool as_cmdlet) {
    const auto row = view_.store().space().find(id);
    if (!row) return Error(ErrorCode::kNotFound, fmt::format("there is no object #{}", id.raw()));
    if (session_.json || as_cmdlet) {
      session_.printJson(objectJson(*row));
    } else {
      printObject(*row);
    }
    return {};
  }

  Result<void> metaverseObject(MetaverseObjectId id) {
    const auto row = view_.store().metaverse().find(id);
    if (!row) {
      return Error(ErrorCode::kNotFound, fmt::format("there is no metaverse object {}", id.raw()));
    }
    if (session_.json) {
      session_.printJson(metaverseJson(*row));
    } else {
      printMetaverse(*row);
    }
    return {};
  }

 private:
  std::map<AttributeId, std::vector<std::string>> referencesOf(ConnectorObjectId id) const {
    std::map<AttributeId, std::vector<std::string>> all;
    for (const store::Reference& reference : view_.store().space().references(id)) {
      const auto target = view_.store().space().find(reference.target);
      all[reference.attribute].push_back(target ? target->dn : std::string("?"));
    }
    return all;
  }

  Json objectJson(const store::ObjectRow& row) const {
    store::Store& store = view_.store();
    const auto link = store.metaverse().linkOf(row.id);
    Json json{{"ObjectId", row.id.raw()},
              {"ConnectorId", row.connector.raw()},
              {"ConnectorName", view_.names().connectorName(row.connector)},
              {"DistinguishedName", row.dn},
              {"AnchorValue", toBase64(csexport::anchorValue(row.anchor))},
              {"ObjectType", view_.typeName(row.type)},
              {"State", stateJson(row.state)},
              {"IsTransient", (row.state & store::ObjectState::kTransient) != 0},
              {"IsPlaceHolder", row.isPlaceholder()},
              {"IsConnector", link.has_value()}};
    json["ConnectedMVObjectId"] = link ? Json(link->mv.raw()) : Json(nullptr);
    if (link) {
      json["Lineage"] = Json::array();
      addLink(json["Lineage"], link->in_rule, "Inbound");
      addLink(json["Lineage"], link->out_rule, "Outbound");
    }
    json["Attributes"] = recordJson(view_, row.image);
    for (const auto& [attribute, targets] : referencesOf(row.id)) {
      json["Attributes"][view_.attributeName(attribute)] = targets;
    }
    if (const auto pending = store.exports().pending(row.id)) {
      json["PendingExport"] = operationWord(*pending);
    }
    if (const auto wanted = store.exports().wanted(row.id)) {
      json["Wanted"] = recordJson(view_, wanted->image);
    }
    if (const auto sent = store.exports().unconfirmed(row.id)) {
      json["Unconfirmed"] = {{"operation", operationWord(sent->operation)},
                             {"attributes", recordJson(view_, sent->delta)}};
    }
    json["Errors"] = errorsJson(row.id);
    return json;
  }

  void addLink(Json& lineage, directory::RuleId rule, const char* direction) const {
    if (rule.raw() == 0) return;
    lineage.push_back({{"SyncRuleName", view_.names().ruleName(rule)}, {"Direction", direction}});
  }

  Json errorsJson(ConnectorObjectId id) const {
    Json list = Json::array();
    for (const store::ObjectError& error : view_.store().history().errorsOf(id)) {
      list.push_back({{"Phase", phaseWord(error.phase)},
                      {"ErrorType", error.type},
                      {"ErrorCode", error.code},
                      {"Message", error.message},
                      {"InitialOccurrence", formatTime(error.first_at)},
                      {"LatestOccurrence", formatTime(error.last_at)},
                      {"RetryCount", error.count}});
    }
    return list;
  }

  static const char* phaseWord(store::ErrorPhase phase) {
    switch (phase) {
      case store::ErrorPhase::kImport:
        return "Import";
      case store::ErrorPhase::kSynchronization:
        return "Synchronization";
      case store::ErrorPhase::kExport:
        return "Export";
    }
    return "";
  }

  void printObject(const store::ObjectRow& row) const {
    store::Store& store = view_.store();
    const auto link = store.metaverse().linkOf(row.id);
    const auto pending = store.exports().pending(row.id);
    session_.print(renderList(
        {{"Object", fmt::format("#{}", row.id.raw())},
         {"Connector", view_.names().connectorName(row.connector)},
         {"DN", row.dn},
         {"Type", view_.typeName(row.type)},
         {"Anchor", row.anchor.empty() ? "-" : anchorText(row.anchor)},
         {"Metaverse", link ? fmt::format("mv#{}", link->mv.raw()) : "not linked (disconnector)"},
         {"Pending", pending ? std::string(operationWord(*pending)) : "nothing to export"}}));
    if (link) printRules(*link);
    session_.print("\nImported");
    printRecord(row.image, "");
    printReferences(row.id);
    if (const auto wanted = store.exports().wanted(row.id)) {
      session_.print("\nWanted by outbound rules");
      printRecord(wanted->image, wanted->lineage);
    }
    if (const auto sent = store.exports().unconfirmed(row.id)) {
      session_.print("\nExported, not seen by an import yet");
      printRecord(sent->delta, "");
    }
    for (const store::ObjectError& error : store.history().errorsOf(row.id)) {
      session_.print(fmt::format("\n{} error {} since {} ({} times)",
                                 phaseWord(error.phase),
                                 error.type,
                                 formatTime(error.first_at),
                                 error.count));
      session_.print(wrap(error.message, width(), "  "));
    }
  }

  void printRules(const store::Link& link) const {
    if (link.in_rule.raw() != 0) {
      session_.print("Linked inbound by  : " + view_.names().ruleName(link.in_rule));
    }
    if (link.out_rule.raw() != 0) {
      session_.print("Linked outbound by : " + view_.names().ruleName(link.out_rule));
    }
  }

  void printRecord(std::string_view record, std::string_view lineage) const {
    std::map<AttributeId, std::string> rules;
    if (!lineage.empty()) {
      for (const rules::Lineage& value : sync::decodeLineage(lineage).values) {
        rules[value.attribute] = view_.names().ruleName(value.rule);
      }
    }
    std::vector<Column> columns{{"  ATTRIBUTE", Column::Kind::kText},
                                {"VALUE", Column::Kind::kLong}};
    if (!rules.empty()) columns.push_back({"RULE", Column::Kind::kLong});
    Table table(columns);
    directory::RecordReader reader(record);
    while (const auto attribute = reader.next()) {
      const std::string& name = view_.attributeName(attribute->id);
      const std::string values = attribute->values.isEmpty()
                                     ? "(absent)"
                                     : valuesText(name, attribute->values, kShownValues);
      std::vector<std::string> cells{"  " + name, values};
      if (!rules.empty()) cells.push_back(rules[attribute->id]);
      table.add(std::move(cells));
    }
    session_.print(table.isEmpty() ? "  (nothing)" : table.render(session_.width));
  }

  void printReferences(ConnectorObjectId id) const {
    for (const auto& [attribute, targets] : referencesOf(id))
      printTargets(view_.attributeName(attribute), targets, "");
  }
  void printTargets(const std::string& name,
                    const std::vector<std::string>& targets,
                    const std::string& by) const {
    session_.print(fmt::format(
        "  {} ({}){}", name, formatCount(static_cast<std::int64_t>(targets.size())), by));
    for (std::size_t i = 0; i < targets.size() && i < kShownReferences; ++i) {
      session_.print("    " + fitTo(targets[i], width() - 4));
    }
    if (targets.size() > kShownReferences) session_.print("    … (all of them: --json)");
  }

  // What a metaverse object refers to is what the objects do that its references come from.
  std::vector<std::string> targetsOf(const rules::ReferenceFlow& flow) const {
    std::vector<std::string> names;
    for (const ConnectorObjectId id :
         view_.store().space().targets(flow.source, flow.source_attribute)) {
      const auto target = view_.store().space().find(id);
      names.push_back(target ? target->dn : "?");
    }
    return names;
  }

  Json metaverseJson(const store::MetaverseRow& row) const {
    const sync::LineageRecord lineage = sync::decodeLineage(row.lineage);
    Json attributes = Json::array();
    directory::RecordReader reader(row.record);
    while (const auto attribute = reader.next()) {
      const std::string& name = view_.attributeName(attribute->id);
      Json json{{"Name", name}, {"Values", valuesJson(name, attribute->values)}};
      for (const rules::Lineage& value : lineage.values) {
        if (value.attribute != attribute->id) continue;
        json["SyncRuleName"] = view_.names().ruleName(value.rule);
        json["ConnectorObjectId"] = value.source.raw();
      }
      attributes.push_back(std::move(json));
    }
    for (const rules::ReferenceFlow& flow : lineage.references) {
      const std::vector<std::string> targets = targetsOf(flow);
      if (targets.empty()) continue;
      attributes.push_back({{"Name", view_.attributeName(flow.target)},
                            {"Values", targets},
                            {"SyncRuleName", view_.names().ruleName(flow.rule)},
                            {"ConnectorObjectId", flow.source.raw()}});
    }
    Json links = Json::array();
    for (const store::Link& link : view_.store().metaverse().linksOf(row.id)) {
      const auto object = view_.store().space().find(link.object);
      links.push_back({{"ConnectedCsObjectDN", object ? object->dn : ""},
                       {"ConnectedCsObjectId", link.object.raw()},
                       {"ConnectorName", view_.names().connectorName(link.connector)},
                       {"ConnectorId", link.connector.raw()}});
    }
    return {{"ObjectId", row.id.raw()},
            {"ObjectType", view_.typeName(row.type)},
            {"Lineage", links},
            {"Attributes", attributes}};
  }

  void printMetaverse(const store::MetaverseRow& row) const {
    session_.print(renderList({{"Metaverse object", fmt::format("mv#{}", row.id.raw())},
                               {"Type", view_.typeName(row.type)}}));
    session_.print("\nAttributes");
    printRecord(row.record, row.lineage);
    for (const rules::ReferenceFlow& flow : sync::referenceFlows(row.lineage)) {
      const std::vector<std::string> targets = targetsOf(flow);
      if (targets.empty()) continue;
      printTargets(
          view_.attributeName(flow.target), targets, ", by " + view_.names().ruleName(flow.rule));
    }
    session_.print("\nConnectors");
    Table table({{"  OBJECT", Column::Kind::kText},
                 {"CONNECTOR", Column::Kind::kLong},
                 {"DN", Column::Kind::kLong}});
    for (const store::Link& link : view_.store().metaverse().linksOf(row.id)) {
      const auto object = view_.store().space().find(link.object);
      table.add({fmt::format("  #{}", link.object.raw()),
                 view_.names().connectorName(link.connector),
                 object ? object->dn : ""});
    }
    session_.print(table.render(session_.width));
  }

  std::size_t width() const { return session_.width == 0 ? 200 : session_.width; }

  const StoreView& view_;
  const Session& session_;
};

class ShowCommand : public Command {
 public:
  std::string_view summary() const override { return "One object: values, links, rules, errors"; }
  std::string_view examples() const override {
    return "  tandem show \"CN=Ada Lovelace,OU=People,DC=corp,DC=example,DC=com\"\n"
           "  tandem show ada.lovelace@corp.example.com\n"
           "  tandem show --id 4711\n"
           "  tandem show --metaverse ada.lovelace@corp.example.com\n"
           "      the joined object, with the rule behind each value";
  }
  void declare(CLI::App& app) override {
    app.add_option(
        "OBJECT", text_, "DN, GUID, #id, or a user principal name, mail, account or display name");
    app.add_option("--connector", connector_, "Only in this connector space");
    app.add_option("--id", id_, "The object's number");
    app.add_flag("--metaverse", metaverse_, "The metaverse object that it is linked to");
    app.add_flag("--as-cmdlet", as_cmdlet_, "JSON, as Get-ADSyncCSObject has it");
  }

  Result<ExitCode> run(Session& session) override {
    if (text_.empty() && id_ == 0) {
      session.note("tandem: name an object: a DN, a user principal name, or --id NUMBER");
      return ExitCode::kUsage;
    }
    const StoreView view = TRY(StoreView::open(session));
    Shown shown(view, session);
    if (metaverse_ && id_ != 0) {
      TRY(shown.metaverseObject(MetaverseObjectId(id_)));
      return ExitCode::kDone;
    }
    const ConnectorObjectId object = TRY(chosen(view));
    if (!metaverse_) {
      TRY(shown.connectorObject(object, as_cmdlet_));
      return ExitCode::kDone;
    }
    const auto link = view.store().metaverse().linkOf(object);
    if (!link) {
      return Error(ErrorCode::kNotFound,
                   fmt::format("#{} is in no metaverse object: 'tandem why {}' says why not",
                               object.raw(),
                               object.raw()));
    }
    TRY(shown.metaverseObject(link->mv));
    return ExitCode::kDone;
  }

 private:
  Result<ConnectorObjectId> chosen(const StoreView& view) const {
    if (id_ != 0) return ConnectorObjectId(id_);
    std::optional<directory::ConnectorId> connector;
    if (!connector_.empty()) connector = TRY(view.connector(connector_)).id;
    return findObject(view, text_, connector);
  }

  std::string text_, connector_;
  std::int64_t id_ = 0;
  bool metaverse_ = false;
  bool as_cmdlet_ = false;
};

}  // namespace

std::unique_ptr<Command> makeShowCommand() {
  return std::make_unique<ShowCommand>();
}

}  // namespace tandem::cli
