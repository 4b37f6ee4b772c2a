// SPDX-License-Identifier: Apache-2.0
#include "tenant/object_write.h"

#include <algorithm>

#include "base/text.h"
#include "tenant/sync_write.h"
#include "tenant/uniqueness.h"

namespace tandem::tenant {
namespace {

constexpr std::size_t kMaxBinds = 20;
constexpr std::size_t kMaxOwners = 100;

bool isUnified(const WriteBody& body) {
  const PropertyChange* change = body.find(Property::kGroupTypes);
  if (!change || !change->value) return false;
  const auto& types = std::get<std::vector<std::string>>(*change->value);
  return std::any_of(types.begin(), types.end(), [](const auto& type) {
    return equalsIgnoreCaseAscii(type, "Unified");
  });
}

Refusal require(const WriteBody& body, Kind kind, std::initializer_list<Property> properties) {
  for (const Property property : properties) {
    if (!body.sets(property)) return requiredValue(kind, rowOf(property).name);
  }
  return std::nullopt;
}

Refusal checkUserCreate(const Tenant& tenant, const WriteBody& body) {
  if (auto bad = require(body,
                         Kind::kUser,
                         {Property::kAccountEnabled,
                          Property::kDisplayName,
                          Property::kMailNickname,
                          Property::kUserPrincipalName})) {
    return bad;
  }
  if (!body.has_password) return requiredValue(Kind::kUser, "passwordProfile");
  const std::string_view upn = body.text(Property::kUserPrincipalName);
  const std::string_view domain = upn.substr(std::min(upn.size(), upn.find('@') + 1));
  const auto& domains = tenant.settings.domains;
  const bool federated = std::any_of(domains.begin(), domains.end(), [&](const Domain& known) {
    return known.is_federated && equalsIgnoreCaseAscii(known.name, domain);
  });
  if (federated && !body.sets(Property::kOnPremisesImmutableId)) {
    return requiredValue(Kind::kUser, "onPremisesImmutableId");
  }
  return std::nullopt;
}

Refusal checkGroupCreate(const WriteBody& body) {
  if (auto bad = require(body,
                         Kind::kGroup,
                         {Property::kDisplayName,
                          Property::kMailEnabled,
                          Property::kMailNickname,
                          Property::kSecurityEnabled})) {
    return bad;
  }
  if (body.flag(Property::kMailEnabled) != isUnified(body)) {
    return badRequest(
        "The service does not currently support writing of mail-enabled groups. Please ensure that "
        "the mail-enablement property is unset and the security-enablement property is set.");
  }
  if (!body.flag(Property::kMailEnabled) && !body.flag(Property::kSecurityEnabled)) {
    return badRequest("Groups without mail must be security-enabled: set securityEnabled.");
  }
  return std::nullopt;
}

// What an ordinary app may not write at all, or not on this object.
Refusal checkAuthority(const WriteBody& body, Kind kind, const Object* self, bool sync) {
  if (sync) return std::nullopt;
  if (kind == Kind::kContact) return denied();
  for (const auto& change : body.changes) {
    const PropertyRow& row = rowOf(change.property);
    const bool anchor_of_group =
        change.property == Property::kOnPremisesImmutableId && kind != Kind::kUser;
    const bool mail_of_group = change.property == Property::kMail && kind == Kind::kGroup;
    if ((row.flags & kSyncOnly) != 0 || anchor_of_group || mail_of_group) {
      return readOnlyProperty(row.name);
    }
    if (self && self->isSynced() && (row.flags & kCloudMastered) == 0) return onPremisesMastered();
  }
  return std::nullopt;
}

Refusal checkUpn(const Tenant& tenant, const WriteBody& body) {
  if (!body.sets(Property::kUserPrincipalName)) return std::nullopt;
  const std::string_view upn = body.text(Property::kUserPrincipalName);
  if (!isValidUpn(upn)) return invalidValue(Kind::kUser, "userPrincipalName");
  if (!tenant.settings.isVerified(upn.substr(upn.find('@') + 1))) return invalidUpnDomain();
  return std::nullopt;
}

// Setting mail makes it the primary SMTP address (user resource page).
void followMail(WriteBody& body, const Object* self) {
  const PropertyChange* mail = body.find(Property::kMail);
  if (!mail || body.find(Property::kProxyAddresses)) return;
  std::vector<std::string> addresses;
  if (self) addresses = self->texts(Property::kProxyAddresses);
  const std::string primary = "SMTP:" + std::string(body.text(Property::kMail));
  std::erase_if(addresses, [&](const auto& address) {
    return address.starts_with("SMTP:") || equalsIgnoreCaseAscii(address, primary);
  });
  if (mail->value) addresses.insert(addresses.begin(), primary);
  std::optional<Value> value;
  if (!addresses.empty()) value = std::move(addresses);
  body.set(Property::kProxyAddresses, std::move(value));
}

void addUnifiedMail(const Tenant& tenant, WriteBody& body) {
  if (!isUnified(body) || body.sets(Property::kMail)) return;
  const std::string mail =
      std::string(body.text(Property::kMailNickname)) + "@" + tenant.settings.defaultDomain();
  body.set(Property::kMail, Value(mail));
  body.set(Property::kProxyAddresses, Value(std::vector<std::string>{"SMTP:" + mail}));
}

struct Links {
  const Object* manager = nullptr;
  std::vector<const Object*> members;
  std::vector<const Object*> owners;
};

Refusal resolveAll(const Tenant& tenant,
                   const GraphRequest& request,
                   const std::vector<std::string>& references,
                   std::string_view property,
                   std::vector<const Object*>& objects) {
  for (const auto& reference : references) {
    const Object* object = findReferenced(tenant, request, reference);
    if (!object) return notFound(reference.substr(reference.find_last_of('/') + 1));
    if (std::find(objects.begin(), objects.end(), object) != objects.end()) {
      return badRequest("An object reference in property '" + std::string(property) +
                        "' can only be present once as an add/remove change.");
    }
    objects.push_back(object);
  }
  return std::nullopt;
}

Refusal resolveLinks(const Tenant& tenant,
                     const GraphRequest& request,
                     const WriteBody& body,
                     Links& links) {
  if (body.member_refs.size() + body.owner_refs.size() > kMaxBinds) {
    return badRequest("The number of references in one request exceeds the limit of '20'.");
  }
  if (body.manager_ref) {
    links.manager = findReferenced(tenant, request, *body.manager_ref);
    if (!links.manager) return notFound(*body.manager_ref);
  }
  if (auto bad = resolveAll(tenant, request, body.member_refs, "members", links.members)) {
    return bad;
  }
  return resolveAll(tenant, request, body.owner_refs, "owners", links.owners);
}

void applyLinks(Tenant& tenant, const Object& object, const Links& links) {
  if (links.manager) tenant.directory.setManager(object, links.manager);
  for (const Object* member : links.members) {
    if (tenant.directory.addMember(object, *member)) tenant.counters.write("groups.members.add");
  }
  for (const Object* owner : links.owners) {
    if (tenant.directory.addOwner(object, *owner)) tenant.counters.write("groups.owners.add");
  }
}

std::string counterName(Kind kind, std::string_view what) {
  return std::string(collectionName(kind)) + "." + std::string(what);
}

// When the last synchronization was, to the minute: not a write for each object.
void noteSync(Tenant& tenant, std::int64_t now) {
  if (now - tenant.settings.last_sync < 60) return;
  tenant.settings.last_sync = now;
  tenant.saveSettings();
}

bool wouldChange(const Object& object, const PropertyChanges& changes) {
  return std::any_of(changes.begin(), changes.end(), [&](const PropertyChange& change) {
    const Value* old = object.find(change.property);
    return old ? change.value != *old : change.value.has_value();
  });
}

void applyUpdate(
    Tenant& tenant, const GraphRequest& request, const Object& object, bool sync, WriteBody& body) {
  if (sync && wouldChange(object, body.changes)) {
    if (!body.find(Property::kOnPremisesLastSyncDateTime)) {
      body.set(Property::kOnPremisesLastSyncDateTime, Value(isoTime(request.now())));
    }
    noteSync(tenant, request.now());
  }
  if (tenant.directory.update(object, body.changes)) {
    tenant.counters.write(counterName(object.kind, "update"));
  }
}

const Object& insert(
    Tenant& tenant, const GraphRequest& request, Kind kind, bool sync, WriteBody& body) {
  if (sync) {
    if (!body.find(Property::kOnPremisesLastSyncDateTime)) {
      body.set(Property::kOnPremisesLastSyncDateTime, Value(isoTime(request.now())));
    }
    noteSync(tenant, request.now());
  }
  if (kind == Kind::kUser && !body.sets(Property::kUserType)) {
    body.set(Property::kUserType, Value(std::string("Member")));
  }
  if (kind == Kind::kUser && !body.sets(Property::kAccountEnabled)) {
    body.set(Property::kAccountEnabled, Value(true));
  }
  const Object& object = tenant.directory.create(kind, std::move(body.changes), request.now_ms);
  const std::int64_t lag = tenant.faults.replicationDelayMs();
  if (lag > 0) tenant.directory.setVisibleAt(object, request.now_ms + lag);
  tenant.counters.write(counterName(kind, "create"));
  return object;
}

std::variant<Created, GraphError> createSynced(Tenant& tenant,
                                               const GraphRequest& request,
                                               Kind kind,
                                               WriteBody& body) {
  if (!body.sets(Property::kDisplayName)) return requiredValue(kind, "displayName");
  if (kind != Kind::kDevice && !body.sets(Property::kOnPremisesImmutableId)) {
    return requiredValue(kind, "onPremisesImmutableId");
  }
  auto match = matchForSync(tenant, kind, body);
  if (auto* bad = std::get_if<GraphError>(&match)) return *bad;
  const SyncMatch found = std::get<SyncMatch>(match);
  Links links;
  if (auto bad = resolveLinks(tenant, request, body, links)) return *bad;
  if (auto bad = applySyncRules(tenant, kind, found.object, request.now(), body)) return *bad;
  if (!found.object) {
    const Object& object = insert(tenant, request, kind, true, body);
    applyLinks(tenant, object, links);
    return Created{&object, 201, ""};
  }
  if (!found.object->isActive()) {
    tenant.directory.restore(*found.object);
    tenant.counters.write(counterName(kind, "restore"));
  }
  applyUpdate(tenant, request, *found.object, true, body);
  std::erase_if(links.members, [&](const Object* member) {
    return found.object->members.contains(member->number);
  });
  applyLinks(tenant, *found.object, links);
  return Created{found.object, 200, found.hard ? "hard" : "soft"};
}

}  // namespace

bool isVisible(const Object& object, const GraphRequest& request) {
  return object.isActive() && object.visible_at <= request.now_ms;
}

const Object* findReferenced(const Tenant& tenant,
                             const GraphRequest& request,
                             std::string_view reference) {
  while (reference.ends_with('/'))
    reference.remove_suffix(1);
  std::string key = percentDecode(reference.substr(reference.find_last_of('/') + 1), false);
  const std::size_t open = key.find("('");
  if (open != std::string::npos && key.ends_with("')")) {
    key = key.substr(open + 2, key.size() - open - 4);
  }
  const auto id = Guid::parse(key);
  const Object* object = id ? tenant.directory.find(*id) : nullptr;
  if (!id && toLowerAscii(reference).find("/users") != std::string::npos) {
    object = findUserByUpn(tenant.directory, key);
  }
  return object && isVisible(*object, request) ? object : nullptr;
}

std::variant<Created, GraphError> createObject(Tenant& tenant,
                                               const GraphRequest& request,
                                               Kind kind,
                                               WriteBody body) {
  const bool may_sync = request.mayWriteAsSync();
  if (auto bad = checkAuthority(body, kind, nullptr, may_sync)) return *bad;
  if (may_sync && body.flag(Property::kOnPremisesSyncEnabled)) {
    return createSynced(tenant, request, kind, body);
  }
  if (kind == Kind::kUser) {
    if (auto bad = checkUserCreate(tenant, body)) return *bad;
    if (auto bad = checkUpn(tenant, body)) return *bad;
  }
  if (kind == Kind::kGroup) {
    if (auto bad = checkGroupCreate(body)) return *bad;
    addUnifiedMail(tenant, body);
  }
  if (!body.sets(Property::kDisplayName)) return requiredValue(kind, "displayName");
  followMail(body, nullptr);
  if (const auto conflict = findConflict(tenant.directory, kind, body.changes, nullptr)) {
    return duplicate(rowOf(*conflict).name);
  }
  Links links;
  if (auto bad = resolveLinks(tenant, request, body, links)) return *bad;
  const Object& object = insert(tenant, request, kind, false, body);
  applyLinks(tenant, object, links);
  return Created{&object, 201, ""};
}

Refusal updateObject(Tenant& tenant,
                     const GraphRequest& request,
                     const Object& object,
                     WriteBody body) {
  const bool may_sync = request.mayWriteAsSync();
  if (auto bad = checkAuthority(body, object.kind, &object, may_sync)) return bad;
  const PropertyChange* unique_name = body.find(Property::kUniqueName);
  if (unique_name && object.has(Property::kUniqueName) &&
      *object.find(Property::kUniqueName) != *unique_name->value) {
    return readOnlyProperty("uniqueName");
  }
  Links links;
  if (!body.member_refs.empty()) {
    if (object.kind != Kind::kGroup) return invalidProperty("members@odata.bind");
    if (object.isSynced() && !may_sync) return onPremisesMastered();
  }
  if (auto bad = resolveLinks(tenant, request, body, links)) return bad;
  for (const Object* member : links.members) {
    if (object.members.contains(member->number)) {
      return badRequest(
          "One or more added object references already exist for the following modified "
          "properties: 'members'.");
    }
  }
  if (object.owners.size() + links.owners.size() > kMaxOwners) {
    return GraphError{403,
                      "Directory_QuotaExceeded",
                      "The request would exceed the maximum quota count '100' for forward-link "
                      "'owners'.",
                      {},
                      {}};
  }
  const bool sync = may_sync && (object.isSynced() || body.flag(Property::kOnPremisesSyncEnabled));
  if (sync) {
    if (auto bad = applySyncRules(tenant, object.kind, &object, request.now(), body)) return bad;
  } else {
    if (auto bad = checkUpn(tenant, body)) return bad;
    followMail(body, &object);
    if (const auto conflict = findConflict(tenant.directory, object.kind, body.changes, &object)) {
      return duplicate(rowOf(*conflict).name);
    }
  }
  applyUpdate(tenant, request, object, sync, body);
  applyLinks(tenant, object, links);
  return std::nullopt;
}

Refusal deleteObject(Tenant& tenant, const GraphRequest& request, const Object& object) {
  if (!request.mayWriteAsSync()) {
    if (object.kind == Kind::kContact) return denied();
    if (object.isSynced()) return onPremisesMastered();
  }
  const auto& types = object.texts(Property::kGroupTypes);
  const bool unified = std::find(types.begin(), types.end(), "Unified") != types.end();
  const bool soft =
      object.kind == Kind::kUser ||
      (object.kind == Kind::kGroup && (unified || tenant.settings.soft_delete_security_groups));
  const Kind kind = object.kind;
  if (!soft) {
    tenant.directory.purge(object);
  } else {
    // A synced object that leaves keeps its anchor, by which it can come back (§1.10).
    if (object.isSynced()) {
      tenant.directory.update(object, {{Property::kOnPremisesSyncEnabled, Value(false)}});
    }
    tenant.directory.softDelete(object, request.now());
  }
  tenant.counters.write(counterName(kind, "delete"));
  return std::nullopt;
}

std::size_t purgeExpired(Tenant& tenant, std::int64_t now) {
  constexpr std::int64_t kKept = 30LL * 24 * 3600;
  std::size_t purged = 0;
  for (ObjectNumber number = 1; number <= tenant.directory.lastNumber(); ++number) {
    const Object& object = tenant.directory.at(number);
    if (object.state != ObjectState::kSoftDeleted || object.deleted + kKept > now) continue;
    tenant.directory.purge(object);
    ++purged;
  }
  return purged;
}

}  // namespace tandem::tenant
