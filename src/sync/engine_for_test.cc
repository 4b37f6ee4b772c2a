// SPDX-License-Identifier: Apache-2.0
#include "sync/engine_for_test.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "directory/delta.h"

namespace tandem::sync {

using connectors::ImportItem;
using connectors::ImportKind;
using connectors::ReferenceChange;
using directory::ValueType;
using rules::Direction;
using rules::FlowType;
using rules::LinkType;
using rules::SyncRule;

namespace {

SyncRule ruleNamed(const std::string& name,
                   int precedence,
                   const std::string& connector,
                   Direction direction,
                   const std::string& from,
                   const std::string& to,
                   LinkType link) {
  SyncRule rule;
  rule.id = name;
  rule.name = name;
  rule.precedence = precedence;
  rule.connector = connector;
  rule.direction = direction;
  rule.source_type = from;
  rule.target_type = to;
  rule.link = link;
  return rule;
}

void map(SyncRule& rule, const std::string& target, FlowType flow, const std::string& source) {
  rules::AttributeMapping mapping;
  mapping.target = target;
  mapping.flow = flow;
  mapping.source = source;
  rule.mappings.push_back(mapping);
}

std::vector<SyncRule> someRules() {
  std::vector<SyncRule> all;
  SyncRule user = ruleNamed(
      "In user", 100, "corp", Direction::kInbound, "user", "person", LinkType::kProvision);
  user.scope = {{{"adminDescription", "NOTEQUAL", "hidden"}}};
  user.scope[0].push_back({"cn", "NOTEQUAL", "pilot"});
  user.scope.push_back(
      {{"cn", "EQUAL", "pilot"}, {"dn", "ISMEMBEROF", "CN=pilots,OU=people,DC=corp"}});
  user.join = {{{"employeeID", "employeeID", false}}, {{"sourceAnchor", "sourceAnchor", true}}};
  for (const char* name : {"cn", "displayName", "title", "employeeID", "sourceAnchor"}) {
    map(user, name, FlowType::kDirect, name);
  }
  map(user, "manager", FlowType::kDirect, "manager");
  all.push_back(user);
  SyncRule group = ruleNamed(
      "In group", 101, "corp", Direction::kInbound, "group", "group", LinkType::kProvision);
  for (const char* name : {"cn", "sourceAnchor"})
    map(group, name, FlowType::kDirect, name);
  map(group, "member", FlowType::kDirect, "member");
  all.push_back(group);
  SyncRule back = ruleNamed(
      "In from cloud", 110, "cloud", Direction::kInbound, "user", "person", LinkType::kJoin);
  back.join = {{{"sourceAnchor", "sourceAnchor", true}}};
  map(back, "cloudAnchor", FlowType::kDirect, "cloudAnchor");
  all.push_back(back);
  SyncRule out = ruleNamed(
      "Out user", 120, "cloud", Direction::kOutbound, "person", "user", LinkType::kProvision);
  out.scope = {{{"sourceAnchor", "ISNOTNULL", ""}}};
  out.join = {{{"sourceAnchor", "sourceAnchor", true}}};
  map(out, "dn", FlowType::kExpression, "\"CN={\" & [sourceAnchor] & \"}\"");
  for (const char* name : {"cn", "displayName", "title", "sourceAnchor"})
    map(out, name, FlowType::kDirect, name);
  map(out, "manager", FlowType::kDirect, "manager");
  all.push_back(out);
  SyncRule out_group = ruleNamed(
      "Out group", 121, "cloud", Direction::kOutbound, "group", "group", LinkType::kProvision);
  map(out_group, "dn", FlowType::kExpression, "\"CN={\" & [sourceAnchor] & \"}\"");
  for (const char* name : {"cn", "sourceAnchor"})
    map(out_group, name, FlowType::kDirect, name);
  map(out_group, "member", FlowType::kDirect, "member");
  all.push_back(out_group);
  return all;
}

void defineAll(directory::Schema& schema, directory::AttributeTable& names) {
  for (const char* name : {"cn",
                           "displayName",
                           "title",
                           "employeeID",
                           "sourceAnchor",
                           "adminDescription",
                           "cloudAnchor"}) {
    schema.define(names.intern(name), ValueType::kString, false);
  }
  schema.define(names.intern("manager"), ValueType::kReference, false);
  schema.define(names.intern("member"), ValueType::kReference, true);
}

}  // namespace

EngineForTest::EngineForTest(const std::string& store_path, const RuleChange& change)
    : store(std::move(store::Store::open(store_path)).value()) {
  corp = store->names().connector("corp");
  cloud = store->names().connector("cloud");
  for (directory::Schema* schema : {&corp_schema_, &cloud_schema_, &metaverse_schema_}) {
    defineAll(*schema, store->names().attributes());
  }
  rules::CompileContext context;
  context.attributes = &store->names().attributes();
  context.object_types = &store->names().objectTypes();
  context.connectors = {{"corp", corp}, {"cloud", cloud}};
  context.connector_schemas = {{corp, &corp_schema_}, {cloud, &cloud_schema_}};
  context.metaverse_schema = &metaverse_schema_;
  context.rule_id = [this](const SyncRule& rule) {
    return store->names().rule(rule.id, rule.name);
  };
  std::vector<SyncRule> all = someRules();
  if (change) change(all);
  Problems found;
  rules = rules::RuleSet::compile(all, context, found);
  for (const Problem& one : found)
    ADD_FAILURE() << one.where << ": " << one.message;
  engine.store = store.get();
  engine.rules = rules.get();
  engine.now = [] { return 1'700'000'000; };
  engine.connectors = {{corp, "corp", false, {}}, {cloud, "cloud", true, {}}};
}

ImportItem EngineForTest::item(const std::string& name,
                               const std::string& type,
                               const std::map<std::string, std::string>& attributes) {
  ImportItem item;
  item.type = ObjectTypeId(store->names().objectTypes().intern(type));
  item.anchor = "anchor-" + name;
  item.dn = "CN=" + name + ",OU=people,DC=corp";
  directory::RecordBuilder image;
  image.addString(attribute("cn"), name);
  image.addString(attribute("sourceAnchor"), "sa-" + name);
  for (const auto& [key, value] : attributes) {
    if (key == "manager") {
      item.references.push_back(
          {attribute("manager"), ReferenceChange::kAdd, "CN=" + value + ",OU=people,DC=corp", {}});
    } else if (key == "dn") {
      item.dn = value;
    } else {
      image.addString(attribute(key), value);
    }
  }
  item.image = image.finish();
  return item;
}

ImportItem EngineForTest::user(const std::string& name,
                               std::map<std::string, std::string> attributes) {
  return item(name, "user", attributes);
}

ImportItem EngineForTest::group(const std::string& name, const std::vector<std::string>& members) {
  ImportItem made = item(name, "group", {});
  for (const std::string& member : members)
    made.references.push_back(memberChange(member, ReferenceChange::kAdd));
  return made;
}

connectors::ImportedReference EngineForTest::memberChange(const std::string& name,
                                                          ReferenceChange change) {
  return {attribute("member"), change, "CN=" + name + ",OU=people,DC=corp", {}};
}

ImportItem EngineForTest::deletion(const std::string& name) {
  ImportItem item;
  item.kind = ImportKind::kDelete;
  item.anchor = "anchor-" + name;
  return item;
}

ImportItem EngineForTest::partial(const std::string& name,
                                  std::map<std::string, std::string> attributes) {
  ImportItem item;
  item.kind = ImportKind::kPartial;
  item.anchor = "anchor-" + name;
  directory::RecordBuilder image;
  for (const auto& [key, value] : attributes) {
    if (key == "dn") {
      item.dn = value;
    } else if (value.empty()) {
      image.addCleared(attribute(key), ValueType::kString, false);
    } else {
      image.addString(attribute(key), value);
    }
  }
  item.image = image.finish();
  return item;
}

void EngineForTest::stage(ConnectorId connector, std::vector<ImportItem> items, bool full) {
  Stager stager(engine, connector, *this);
  if (full) {
    ASSERT_TRUE(stager.beginFull().ok());
  }
  const Result<void> staged = stager.stage(items, "", std::nullopt);
  ASSERT_TRUE(staged.ok()) << staged.error().message();
  const Result<void> finished = stager.finish(/*complete=*/true, AbsenceGuard{});
  ASSERT_TRUE(finished.ok()) << finished.error().message();
}

void EngineForTest::importFull(std::vector<ImportItem> items) {
  stage(corp, std::move(items), true);
}

void EngineForTest::importDelta(std::vector<ImportItem> items) {
  stage(corp, std::move(items), false);
}

void EngineForTest::synchronize(ConnectorId connector) {
  const Result<void> done = Synchronizer(engine, *this).synchronizePending(connector);
  ASSERT_TRUE(done.ok()) << done.error().message();
}

void EngineForTest::synchronizeAll(ConnectorId connector) {
  const Result<void> done = Synchronizer(engine, *this).synchronizeAll(connector);
  ASSERT_TRUE(done.ok()) << done.error().message();
}

std::string EngineForTest::nameOf(const std::string& image) {
  const auto cn = directory::findAttribute(image, attribute("cn"));
  return cn && !cn->isEmpty() ? std::string(cn->front()) : "?";
}

void EngineForTest::apply(const connectors::ExportItem& item, const std::string& anchor) {
  if (item.operation == connectors::ExportOperation::kDelete) {
    cloud_objects.erase(anchor);
    for (auto& [key, object] : cloud_objects)
      std::erase(object.members, anchor);
    return;
  }
  CloudObject& object = cloud_objects[anchor];
  object.type = item.type;
  object.dn = item.dn;
  object.image = directory::applyDelta(object.image, item.image);
  for (const connectors::ExportedReference& reference : item.references) {
    auto& values = reference.attribute == attribute("member") ? object.members : object.managers;
    if (reference.add) {
      values.push_back(reference.target_anchor);
    } else {
      std::erase(values, reference.target_anchor);
    }
  }
}

std::string EngineForTest::anchorFor(const connectors::ExportItem& item) {
  if (item.operation == connectors::ExportOperation::kAdd)
    return "cloud-" + std::to_string(++next_anchor_);
  if (!item.anchor.empty()) return item.anchor;
  EXPECT_EQ(item.operation, connectors::ExportOperation::kDelete) << item.dn << " has no anchor";
  for (const auto& [anchor, object] : cloud_objects) {
    if (object.dn == item.dn) return anchor;
  }
  return {};
}

void EngineForTest::exportAddsAndDie(bool arrive) {
  ExportQueue queue(engine, cloud, *this, /*run=*/1);
  const auto items = queue.next(store::PendingOperation::kAdd, 10'000);
  ASSERT_TRUE(queue.intend(items, 1).ok());
  for (const connectors::ExportItem& item : items) {
    if (arrive) apply(item, anchorFor(item));
  }
}

std::vector<std::string> EngineForTest::exportAll() {
  std::vector<std::string> log;
  ExportQueue queue(engine, cloud, *this, /*run=*/1);
  for (const auto operation : {store::PendingOperation::kAdd,
                               store::PendingOperation::kUpdate,
                               store::PendingOperation::kDelete}) {
    queue.rewind();
    const std::vector<connectors::ExportItem> items = queue.next(operation, 10'000);
    EXPECT_TRUE(queue.intend(items, 1).ok());
    for (const connectors::ExportItem& item : items) {
      const bool add = operation == store::PendingOperation::kAdd;
      const std::string anchor = anchorFor(item);
      const bool is_there = add || cloud_objects.contains(anchor);
      const std::string name =
          is_there ? nameOf(add ? item.image : cloud_objects[anchor].image) : "nobody";
      connectors::ExportOutcome outcome;
      outcome.id = item.id;
      if (std::find(refuse.begin(), refuse.end(), name) != refuse.end()) {
        outcome.error_type = "AttributeValueMustBeUnique";
        outcome.error_message = "refused";
        log.push_back("refused " + name);
      } else {
        outcome.success = true;
        if (add) outcome.anchor = anchor;
        const bool update = operation == store::PendingOperation::kUpdate;
        if (!update || !item.image.empty())
          log.push_back((add ? "add " : update ? "update " : "delete ") + name);
        for (const connectors::ExportedReference& reference : item.references) {
          const std::string what =
              reference.attribute == attribute("member") ? "member " : "manager ";
          log.push_back(what + name + (reference.add ? " + " : " - ") +
                        nameOf(cloud_objects[reference.target_anchor].image));
        }
        apply(item, anchor);
      }
      EXPECT_TRUE(queue.answered(outcome).ok());
    }
    EXPECT_TRUE(queue.flush().ok());
  }
  return log;
}

void EngineForTest::confirmAll() {
  std::vector<ImportItem> items;
  for (const auto& [anchor, object] : cloud_objects) {
    ImportItem item;
    item.type = object.type;
    item.anchor = anchor;
    item.dn = object.dn;
    directory::RecordBuilder image;
    directory::RecordReader reader(object.image);
    while (const auto attribute = reader.next())
      image.addAll(attribute->id, attribute->values);
    image.addString(attribute("cloudAnchor"), anchor);
    item.image = image.finish();
    for (const std::string& member : object.members) {
      item.references.push_back({attribute("member"), ReferenceChange::kAdd, {}, member});
    }
    for (const std::string& manager : object.managers) {
      item.references.push_back({attribute("manager"), ReferenceChange::kAdd, {}, manager});
    }
    items.push_back(std::move(item));
  }
  stage(cloud, std::move(items), /*full=*/true);
}

std::vector<std::string> EngineForTest::cycle(std::vector<ImportItem> changes) {
  importDelta(std::move(changes));
  confirmAll();
  synchronize(corp);
  synchronize(cloud);
  return exportAll();
}

std::string EngineForTest::cloudValue(const std::string& name, const std::string& wanted) {
  for (const auto& [anchor, object] : cloud_objects) {
    if (nameOf(object.image) != name) continue;
    const auto values = directory::findAttribute(object.image, attribute(wanted));
    return values ? std::string(values->front()) : "(absent)";
  }
  return "(no object)";
}

std::vector<std::string> EngineForTest::cloudMembers(const std::string& group) {
  std::vector<std::string> names;
  for (const auto& [anchor, object] : cloud_objects) {
    if (nameOf(object.image) != group) continue;
    for (const std::string& member : object.members)
      names.push_back(nameOf(cloud_objects[member].image));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::int64_t EngineForTest::counter(const std::string& name) const {
  const auto found = counters.find(name);
  return found == counters.end() ? 0 : found->second;
}

void EngineForTest::count(std::string_view counter, ConnectorObjectId, std::string_view) {
  ++counters[std::string(counter)];
}

void EngineForTest::countOnly(std::string_view counter, std::int64_t by) {
  counters[std::string(counter)] += by;
}

}  // namespace tandem::sync
