// SPDX-License-Identifier: Apache-2.0
#include "rule_test/rehearsal.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "connectors/graph/attribute_map.h"
#include "directory/delta.h"
#include "directory/dn.h"
#include "directory/value_text.h"
#include "expression/suggestion.h"
#include "policy/policy_check.h"
#include "policy/shipped_facts.h"
#include "rules/default_rules.h"
#include "sync/export_queue.h"
#include "sync/synchronizer.h"

namespace tandem::rule_test {
namespace {

namespace graph = connectors::graph;
using connectors::ImportItem;
using directory::ValueType;

// A test about time is read in ten years too: 2030-01-01.
constexpr std::int64_t kNow = 1'893'456'000;

// As public Graph has no place for them, so says the real connector.
void applyProfile(const policy::ConnectorPolicy& policy, Parameters& parameters) {
  if (policy.isSource() || policy.entra.profile == policy::EntraProfile::kSync) return;
  parameters["Tenant.TakesMailGroups"] = "not through public Graph";
  parameters["Tenant.TakesContacts"] = "not through public Graph";
}

const WrittenAttribute* find(const GivenObject& given, std::string_view name) {
  for (const WrittenAttribute& attribute : given.attributes) {
    if (equalsIgnoreCaseAscii(attribute.name, name) && !attribute.values.empty()) return &attribute;
  }
  return nullptr;
}

}  // namespace

Rehearsal::Rehearsal(const policy::PolicyDocument& policy, const TestDocument& document)
    : policy_(policy), document_(document) {}

Rehearsal::~Rehearsal() = default;

void Rehearsal::fail(Place at, std::string message) {
  problems_.push_back(
      {Problem::Severity::kError, placeText(document_.file, at), std::move(message)});
}

bool Rehearsal::checked(const Result<void>& result) {
  if (result.ok()) return true;
  problems_.push_back({Problem::Severity::kError, document_.file, result.error().message()});
  return false;
}

bool Rehearsal::prepare() {
  Result<std::unique_ptr<store::Store>> store = store::Store::open(":memory:");
  if (!store.ok()) {
    problems_.push_back({Problem::Severity::kError, document_.file, store.error().message()});
    return false;
  }
  store_ = std::move(store).value();
  metaverse_schema_ = rules::metaverseSchema(store_->names().attributes());
  openConnectors();
  rules::CompileContext context;
  context.attributes = &store_->names().attributes();
  context.object_types = &store_->names().objectTypes();
  context.metaverse_schema = &metaverse_schema_;
  context.parameters = parameters();
  for (const auto& connector : connectors_) {
    context.connectors.emplace(connector->policy->name, connector->id);
    context.connector_schemas.emplace(connector->id, &connector->schema);
  }
  context.rule_id = [this](const rules::SyncRule& rule) {
    return store_->names().rule(rule.id, rule.name);
  };
  const std::vector<rules::SyncRule> all = policy::effectiveRules(policy_);
  Problems found;
  rules_ = rules::RuleSet::compile(all, context, found);
  if (hasErrors(found) || rules_ == nullptr) {
    problems_.insert(problems_.end(), found.begin(), found.end());
    return false;
  }
  evaluation_ = rules_->newEvaluation(engine_.surroundings());
  openEngine();
  return problems_.empty();
}

// What the document says of a connector, over what ships with the project.
std::map<ConnectorId, Parameters> Rehearsal::parameters() const {
  std::map<ConnectorId, Parameters> all;
  Parameters tenant;
  for (const auto& connector : connectors_) {
    Parameters& own = all[connector->id];
    own = policy::shippedParameters(*connector->policy);
    applyProfile(*connector->policy, own);
    const auto written = document_.parameters.find(connector->policy->name);
    if (written != document_.parameters.end()) {
      for (const auto& [name, value] : written->second)
        own[name] = value;
    }
    if (connector->tenant == nullptr) continue;
    for (const auto& [name, value] : own) {
      if (name.starts_with("Tenant.")) tenant[name] = value;
    }
  }
  // What the tenant says of itself is seen by the rules of every connector, as in a run.
  for (auto& [id, own] : all) {
    for (const auto& [name, value] : tenant)
      own[name] = value;
  }
  return all;
}

// As run::Server does it: what the tenant's connector can write decides what is ever pending.
void Rehearsal::openEngine() {
  engine_.rules = rules_.get();
  for (const auto& connector : connectors_) {
    sync::EngineConnector one;
    one.id = connector->id;
    one.name = connector->policy->name;
    one.has_outbound_rules = connector->tenant != nullptr;
    if (connector->tenant != nullptr) {
      const bool sync_profile = connector->policy->entra.profile == policy::EntraProfile::kSync;
      const graph::AttributeMap map(
          sync_profile ? graph::GraphProfile::kSync : graph::GraphProfile::kGraph,
          store_->names().attributes(),
          store_->names().objectTypes());
      for (std::size_t i = 0; i < graph::kKinds; ++i) {
        const auto kind = static_cast<graph::Kind>(i);
        one.traits.set(map.typeId(kind), map.traits(kind));
      }
    }
    engine_.connectors.push_back(std::move(one));
  }
}

void Rehearsal::openConnectors() {
  directory::AttributeTable& attributes = store_->names().attributes();
  engine_.store = store_.get();
  engine_.now = [] { return kNow; };
  engine_.random = [next = std::uint64_t{0}]() mutable { return ++next * 0x9E37'79B9'7F4A'7C15; };
  for (const policy::ConnectorPolicy& one : policy_.connectors) {
    auto connector = std::make_unique<RehearsedConnector>();
    connector->policy = &one;
    connector->id = store_->names().connector(one.name);
    connector->schema = policy::shippedSchema(one, attributes);
    if (!one.isSource()) {
      connector->tenant = std::make_unique<RehearsedTenant>(attributes.intern("cloudAnchor"));
    }
    connectors_.push_back(std::move(connector));
  }
  // As in a cycle: directories first, the tenant last.
  std::stable_partition(connectors_.begin(), connectors_.end(), [](const auto& connector) {
    return connector->tenant == nullptr;
  });
  // A parameter for a connector that is not there would silently do nothing.
  for (const auto& [name, values] : document_.parameters) {
    if (connector(name) == nullptr) {
      fail({1, 1},
           fmt::format("[parameters] names \"{}\", and the policy has no such connector", name));
    }
  }
}

RehearsedConnector* Rehearsal::connector(std::string_view name) {
  for (const auto& connector : connectors_) {
    if (connector->policy->name == name) return connector.get();
  }
  return nullptr;
}

RehearsedConnector* Rehearsal::connectorAt(const GivenObject& given) {
  if (RehearsedConnector* const found = connector(given.connector)) return found;
  std::vector<std::string_view> names;
  for (const auto& one : connectors_)
    names.push_back(one->policy->name);
  fail(given.at,
       fmt::format("the policy has no connector \"{}\"{}",
                   given.connector,
                   expression::didYouMean(expression::closest(given.connector, names))));
  return nullptr;
}

bool Rehearsal::play(const TestCase& test) {
  for (const GivenObject& given : test.given)
    give(given);
  if (!problems_.empty() || !cycle()) return false;
  if (test.then.empty()) return problems_.empty();
  // The tenant shows what it took, and all that follows from it happens before the change.
  if (!cycle()) return false;
  for (const GivenObject& given : test.then)
    give(given);
  return problems_.empty() && cycle() && problems_.empty();
}

// A change is laid over what was given before; imports of a rehearsal are always of everything.
void Rehearsal::give(const GivenObject& given) {
  RehearsedConnector* const connector = connectorAt(given);
  if (connector == nullptr) return;
  const auto known = connector->now.find(given.name);
  const bool is_new = known == connector->now.end();
  GivenObject whole = given;
  if (!is_new) {
    whole = known->second;
    if (!given.dn.empty()) whole.dn = given.dn;
    for (const WrittenAttribute& change : given.attributes) {
      std::erase_if(whole.attributes,
                    [&](const auto& one) { return equalsIgnoreCaseAscii(one.name, change.name); });
      whole.attributes.push_back(change);
    }
  }
  if (connector->tenant == nullptr) {
    anchors_.emplace(given.name, std::pair(connector->id, anchorOf(*connector, whole)));
  } else if (is_new) {
    giveToTenant(*connector, whole);
  } else {
    changeInTenant(*connector, given);
  }
  if (given.deleted) {
    connector->now.erase(given.name);
  } else {
    connector->now[given.name] = std::move(whole);
  }
}

void Rehearsal::giveToTenant(RehearsedConnector& target, const GivenObject& given) {
  const std::string anchor = target.tenant->newAnchor(given.type);
  anchors_.emplace(given.name, std::pair(target.id, anchor));
  ImportItem item = itemOf(target, given);
  RehearsedTenant::Object object{item.type, item.dn, item.image, {}};
  for (const connectors::ImportedReference& reference : item.references)
    object.references[reference.attribute].push_back(reference.target_anchor);
  target.tenant->put(anchor, std::move(object));
}

// Somebody else has changed or deleted it there. What was exported since stays as it is.
void Rehearsal::changeInTenant(RehearsedConnector& target, const GivenObject& change) {
  const std::string& anchor = anchors_.at(change.name).second;
  if (change.deleted) return target.tenant->remove(anchor);
  const RehearsedTenant::Object* const before = target.tenant->find(anchor);
  if (before == nullptr) return;
  RehearsedTenant::Object object = *before;
  const ImportItem item = itemOf(target, change);
  object.image = directory::applyDelta(object.image, item.image);
  for (const WrittenAttribute& written : change.attributes) {
    const directory::AttributeDefinition* const definition = definitionOf(target, written);
    if (definition == nullptr) continue;
    object.references.erase(definition->id);
    if (!written.values.empty()) continue;
    directory::RecordBuilder cleared;
    cleared.addCleared(definition->id, definition->type, definition->multi);
    object.image = directory::applyDelta(object.image, cleared.finish());
  }
  for (const connectors::ImportedReference& reference : item.references)
    object.references[reference.attribute].push_back(reference.target_anchor);
  target.tenant->put(anchor, std::move(object));
}

const directory::AttributeDefinition* Rehearsal::definitionOf(const RehearsedConnector& connector,
                                                              const WrittenAttribute& written) {
  directory::AttributeTable& names = store_->names().attributes();
  const auto id = names.find(written.name);
  const auto* const definition = id ? connector.schema.find(*id) : nullptr;
  if (definition != nullptr) return definition;
  std::vector<std::string_view> known;
  for (const directory::AttributeDefinition& one : connector.schema.definitions())
    known.push_back(names.name(one.id));
  fail(written.at,
       fmt::format("{} has no attribute \"{}\"{}",
                   connector.policy->name,
                   written.name,
                   expression::didYouMean(expression::closest(written.name, known))));
  return nullptr;
}

std::string Rehearsal::dnOf(const RehearsedConnector& connector, const GivenObject& given) const {
  if (!given.dn.empty()) return given.dn;
  const std::string name = directory::escapeRdnValue(given.name);
  if (connector.tenant != nullptr) {
    // By its DN the engine knows an anchored object again.
    const WrittenAttribute* const anchor = find(given, "sourceAnchor");
    return anchor == nullptr ? fmt::format("CN={}", name)
                             : graph::dnOfAnchor(anchor->values.front());
  }
  return policy::isActiveDirectory(*connector.policy)
             ? fmt::format("CN={},OU=People,DC=corp,DC=example,DC=com", name)
             : fmt::format("uid={},ou=people,dc=corp,dc=example,dc=com", name);
}

// The anchor of a source is its objectGUID or entryUUID: the one that is given, or one made of the
// name, so that it is the same each time.
std::string Rehearsal::anchorOf(const RehearsedConnector& connector,
                                const GivenObject& given) const {
  const std::string_view attribute =
      policy::isActiveDirectory(*connector.policy) ? "objectGUID" : "entryUUID";
  if (const WrittenAttribute* const written = find(given, attribute)) {
    const auto bytes =
        directory::parseValueText(attribute, ValueType::kBinary, written->values.front());
    if (bytes) return *bytes;
  }
  return hash128(connector.policy->name + "/" + given.name).bytes();
}

ImportItem Rehearsal::itemOf(const RehearsedConnector& connector, const GivenObject& given) {
  ImportItem item;
  item.type = directory::ObjectTypeId(store_->names().objectTypes().intern(given.type));
  item.anchor = anchorOf(connector, given);
  item.dn = dnOf(connector, given);
  directory::RecordBuilder image;
  for (const WrittenAttribute& written : given.attributes)
    addAttribute(connector, written, image, item);
  if (connector.tenant == nullptr) {
    // What every object of such a directory has, if the test does not say otherwise.
    const bool active_directory = policy::isActiveDirectory(*connector.policy);
    const std::string_view anchor = active_directory ? "objectGUID" : "entryUUID";
    const auto add = [&](std::string_view name, std::string_view bytes) {
      const AttributeId id = store_->names().attributes().intern(name);
      const auto* const definition = connector.schema.find(id);
      const bool written =
          std::any_of(given.attributes.begin(), given.attributes.end(), [&](const auto& one) {
            return equalsIgnoreCaseAscii(one.name, name);
          });
      if (definition == nullptr || written) return;
      image.add(id, definition->type, definition->multi, bytes);
    };
    add(anchor, item.anchor);
    add("cn", given.name);
  }
  item.image = image.finish();
  return item;
}

void Rehearsal::addAttribute(const RehearsedConnector& connector,
                             const WrittenAttribute& written,
                             directory::RecordBuilder& image,
                             ImportItem& item) {
  const directory::AttributeDefinition* const definition = definitionOf(connector, written);
  if (definition == nullptr) return;
  if (written.values.size() > 1 && !definition->multi) {
    return fail(written.at, fmt::format("\"{}\" takes one value", written.name));
  }
  for (const std::string& value : written.values) {
    if (definition->type == ValueType::kReference) {
      connectors::ImportedReference reference;
      reference.attribute = definition->id;
      const std::string target = targetOf(connector, written, value);
      (connector.tenant == nullptr ? reference.target_dn : reference.target_anchor) = target;
      item.references.push_back(std::move(reference));
      continue;
    }
    const auto bytes = directory::parseValueText(written.name, definition->type, value);
    if (!bytes) {
      fail(written.at,
           fmt::format("\"{}\" is no value of \"{}\", which is {}{}",
                       value,
                       written.name,
                       directory::toString(definition->type),
                       definition->type == ValueType::kBinary
                           ? ": write a GUID, a SID, \"base64:…\" or hex digits"
                           : ""));
      continue;
    }
    image.add(definition->id, definition->type, definition->multi, *bytes);
  }
}

// References are written as the name that the test gives the other object, or as a DN.
std::string Rehearsal::targetOf(const RehearsedConnector& connector,
                                const WrittenAttribute& written,
                                const std::string& value) {
  if (connector.tenant != nullptr) {
    const auto known = anchors_.find(value);
    if (known != anchors_.end() && known->second.first == connector.id) return known->second.second;
  } else {
    const auto known = connector.now.find(value);
    if (known != connector.now.end()) return dnOf(connector, known->second);
    if (value.find('=') != std::string::npos) return value;
  }
  fail(written.at,
       fmt::format("\"{}\" is no object of {} in this test, and no distinguished name",
                   value,
                   connector.policy->name));
  return {};
}

bool Rehearsal::import(RehearsedConnector& connector) {
  std::vector<ImportItem> items;
  if (connector.tenant != nullptr) {
    items = connector.tenant->everything();
  } else {
    for (const auto& [name, given] : connector.now)
      items.push_back(itemOf(connector, given));
  }
  if (!problems_.empty()) return false;
  sync::Stager stager(engine_, connector.id, *this);
  sync::AbsenceGuard guard;
  guard.enabled = false;  // a test that deletes the one object that it has means it
  return checked(stager.beginFull()) && checked(stager.stage(items, "", std::nullopt)) &&
         checked(stager.finish(/*complete=*/true, guard));
}

bool Rehearsal::cycle() {
  exports_.clear();
  object_problems_.clear();
  for (const auto& connector : connectors_) {
    if (!import(*connector)) return false;
  }
  for (const auto& connector : connectors_) {
    if (!checked(sync::Synchronizer(engine_, *this).synchronizePending(connector->id)))
      return false;
  }
  rememberTargets();
  for (const auto& connector : connectors_) {
    if (connector->tenant != nullptr && !exportTo(*connector)) return false;
  }
  rememberTargets();
  return true;
}

bool Rehearsal::exportTo(RehearsedConnector& target) {
  sync::ExportQueue queue(engine_, target.id, *this, /*run=*/1);
  constexpr std::size_t kItemsMax = 100'000;
  for (const auto operation : {store::PendingOperation::kAdd,
                               store::PendingOperation::kUpdate,
                               store::PendingOperation::kDelete}) {
    queue.rewind();
    const std::vector<connectors::ExportItem> items = queue.next(operation, kItemsMax);
    if (!checked(queue.intend(items, /*epoch=*/1))) return false;
    for (const connectors::ExportItem& item : items) {
      const bool adds = item.operation == connectors::ExportOperation::kAdd;
      const std::string anchor = adds ? target.tenant->newAnchor(store_->names().objectTypes().name(
                                            static_cast<std::uint32_t>(item.type.raw())))
                                      : item.anchor;
      target.tenant->apply(item, anchor);
      connectors::ExportOutcome outcome;
      outcome.id = item.id;
      outcome.success = true;
      if (adds) outcome.anchor = anchor;
      if (!checked(queue.answered(outcome))) return false;
      const bool again = std::any_of(exports_.begin(), exports_.end(), [&](const auto& one) {
        return one.connector == target.id && one.anchor == anchor;
      });
      // References of a new object follow as an update; to a reader it is one export.
      if (!again) exports_.push_back({target.id, anchor, item.operation, {}});
    }
    if (!checked(queue.flush())) return false;
  }
  rememberTargets();
  for (RehearsedExport& one : exports_)
    one.names = namesOf(target, one.anchor);
  return true;
}

// Who is whose object in a target, while the links are there to tell.
void Rehearsal::rememberTargets() {
  for (const auto& [name, where] : anchors_) {
    const auto link = linkOf(name);
    if (!link) continue;
    for (const store::Link& other : store_->metaverse().linksOf(link->mv)) {
      const RehearsedConnector* target = nullptr;
      for (const auto& connector : connectors_) {
        if (connector->id == other.connector && connector->tenant != nullptr)
          target = connector.get();
      }
      if (target == nullptr) continue;
      const auto row = store_->space().find(other.object);
      if (row && !row->anchor.empty()) targets_[{target->id.raw(), name}] = row->anchor;
    }
  }
}

}  // namespace tandem::rule_test
