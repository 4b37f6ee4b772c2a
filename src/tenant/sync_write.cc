// SPDX-License-Identifier: Apache-2.0
#include "tenant/sync_write.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "tenant/cloud_names.h"
#include "tenant/graph_request.h"
#include "tenant/uniqueness.h"

namespace tandem::tenant {
namespace {

using nlohmann::json;

constexpr const char* kUpnCause = "UserPrincipalName";
constexpr const char* kProxyCause = "ProxyAddress";

const std::vector<std::string> kNoTexts;

// A property as it will be after the write: from the body if it says so, else as stored.
std::string_view textAfter(const WriteBody& body, const Object* self, Property property) {
  if (body.find(property)) return body.text(property);
  return self ? self->text(property) : std::string_view();
}

const std::vector<std::string>& textsAfter(const WriteBody& body,
                                           const Object* self,
                                           Property property) {
  if (const PropertyChange* change = body.find(property)) {
    return change->value ? std::get<std::vector<std::string>>(*change->value) : kNoTexts;
  }
  return self ? self->texts(property) : kNoTexts;
}

std::optional<Value> textOrNothing(std::string text) {
  if (text.empty()) return std::nullopt;
  return Value(std::move(text));
}

std::optional<Value> textsOrNothing(std::vector<std::string> texts) {
  if (texts.empty()) return std::nullopt;
  return Value(std::move(texts));
}

// The calculation for one object. What the source said is moved into shadow properties, and the
// properties that Graph shows are set from them.
class SyncCalculation {
 public:
  SyncCalculation(
      const Tenant& tenant, Kind kind, const Object* self, std::int64_t now, WriteBody& body)
      : tenant_(tenant), kind_(kind), self_(self), now_(now), body_(body) {
    first_ = !self || !self->isSynced();
  }

  Refusal run(bool force) {
    if (kind_ == Kind::kDevice) return std::nullopt;
    loadErrors();
    moveToShadows();
    if (kind_ == Kind::kUser) {
      nameUser();
      if (auto bad = chooseUpn(force)) return bad;
    }
    if (auto bad = chooseAddresses(force)) return bad;
    saveErrors();
    return std::nullopt;
  }

 private:
  void moveToShadow(Property property, Property shadow) {
    const PropertyChange* change = body_.find(property);
    if (!change) return;
    const std::optional<Value> value = change->value;
    body_.drop(property);
    body_.set(shadow, value);
  }

  void moveToShadows() {
    names_said_ = first_ || body_.find(Property::kMail) || body_.find(Property::kProxyAddresses);
    const PropertyChange* upn = body_.find(Property::kUserPrincipalName);
    if (upn && !body_.find(Property::kOnPremisesUserPrincipalName)) {
      const std::optional<Value> value = upn->value;
      body_.set(Property::kOnPremisesUserPrincipalName, value);
    }
    body_.drop(Property::kUserPrincipalName);
    moveToShadow(Property::kMail, Property::kShadowMail);
    moveToShadow(Property::kProxyAddresses, Property::kShadowProxyAddresses);
    if (kind_ == Kind::kUser) moveToShadow(Property::kMailNickname, Property::kShadowMailNickname);
  }

  void nameUser() {
    const std::string_view said = textAfter(body_, self_, Property::kShadowMailNickname);
    const bool changed = body_.sets(Property::kShadowMailNickname) &&
                         (!self_ || self_->text(Property::kShadowMailNickname) != said);
    if (first_) {
      const SourceNames names{said,
                              textAfter(body_, self_, Property::kShadowMail),
                              textAfter(body_, self_, Property::kOnPremisesUserPrincipalName),
                              &textsAfter(body_, self_, Property::kShadowProxyAddresses)};
      body_.set(Property::kMailNickname, Value(firstNickname(names)));
    } else if (changed) {
      body_.set(Property::kMailNickname, Value(std::string(said)));
    }
  }

  Refusal chooseUpn(bool force) {
    const std::string_view said = textAfter(body_, self_, Property::kOnPremisesUserPrincipalName);
    const bool changed = body_.find(Property::kOnPremisesUserPrincipalName) &&
                         (!self_ || self_->text(Property::kOnPremisesUserPrincipalName) != said);
    if (!first_ && !changed && !force) return std::nullopt;
    const std::string wanted =
        cloudUpn(tenant_.settings, said, textAfter(body_, self_, Property::kMailNickname));
    const Object* holder = findUserByUpn(tenant_.directory, wanted);
    if (!holder || holder == self_) {
      dropErrors(kUpnCause);
      body_.set(Property::kUserPrincipalName, Value(wanted));
      return std::nullopt;
    }
    if (force) return std::nullopt;
    if (!tenant_.settings.feature("quarantineUponUpnConflictEnabled")) {
      return syncError("AttributeValueMustBeUnique",
                       "Unable to update this object because the userPrincipalName is already "
                       "associated with another object.",
                       "userPrincipalName");
    }
    quarantine(kUpnCause, wanted);
    body_.set(Property::kUserPrincipalName, Value(freePlaceholder(wanted)));
    return std::nullopt;
  }

  std::string freePlaceholder(std::string_view wanted) const {
    for (;;) {
      std::string upn = placeholderUpn(
          tenant_.settings, wanted, static_cast<unsigned>(Guid::random().high % 10000));
      if (!findUserByUpn(tenant_.directory, upn)) return upn;
    }
  }

  Refusal chooseAddresses(bool force) {
    if (!names_said_ && !force) return std::nullopt;
    const bool user = kind_ == Kind::kUser;
    std::vector<std::string> addresses = cloudAddresses(
        tenant_.settings,
        textsAfter(body_, self_, Property::kShadowProxyAddresses),
        textAfter(body_, self_, Property::kShadowMail),
        user ? textAfter(body_, self_, Property::kUserPrincipalName) : std::string_view(),
        textAfter(body_, self_, Property::kMailNickname));
    dropErrors(kProxyCause);
    for (auto address = addresses.begin(); address != addresses.end();) {
      if (!findHolderOfProxy(tenant_.directory, *address, self_)) {
        ++address;
        continue;
      }
      if (!tenant_.settings.feature("quarantineUponProxyAddressesConflictEnabled")) {
        return syncError("AttributeValueMustBeUnique",
                         "Unable to update this object because the proxy address is already "
                         "associated with another object.",
                         "proxyAddresses");
      }
      quarantine(kProxyCause, *address);
      address = addresses.erase(address);
    }
    body_.set(Property::kMail, textOrNothing(std::string(primarySmtp(addresses))));
    body_.set(Property::kProxyAddresses, textsOrNothing(std::move(addresses)));
    return std::nullopt;
  }

  void loadErrors() {
    const std::string_view stored =
        self_ ? self_->text(Property::kOnPremisesProvisioningErrors) : std::string_view();
    if (stored.empty()) return;
    before_ = json::parse(stored, nullptr, false);
    if (!before_.is_array()) before_ = json();
    after_ = before_;
  }

  void dropErrors(const char* cause) {
    if (after_.empty()) return;
    json kept = json::array();
    for (const auto& one : after_) {
      if (one.value("propertyCausingError", "") != cause) kept.push_back(one);
    }
    after_ = std::move(kept);
  }

  // An entry that was there keeps its time, so a write that changes nothing stays one.
  void quarantine(const char* cause, const std::string& value) {
    for (const auto& one : before_) {
      if (one.value("propertyCausingError", "") == cause && one.value("value", "") == value) {
        after_.push_back(one);
        return;
      }
    }
    after_.push_back({{"category", "PropertyConflict"},
                      {"occurredDateTime", isoTime(now_)},
                      {"propertyCausingError", cause},
                      {"value", value}});
  }

  void saveErrors() {
    if (after_ == before_ || (after_.empty() && before_.empty())) return;
    body_.set(Property::kOnPremisesProvisioningErrors,
              after_.empty() ? std::nullopt : std::optional<Value>(after_.dump()));
  }

  const Tenant& tenant_;
  Kind kind_;
  const Object* self_;
  std::int64_t now_;
  WriteBody& body_;
  bool first_ = false;
  bool names_said_ = false;
  json before_;  // arrays, or null for none: nearly every object has none
  json after_;
};

// The object of the tenant that a new source object could be, by its names.
const Object* findSoftCandidate(const Tenant& tenant, Kind kind, const WriteBody& body) {
  if (kind == Kind::kDevice) return nullptr;
  const std::string_view primary =
      primarySmtp(textsAfter(body, nullptr, Property::kProxyAddresses));
  if (!primary.empty()) {
    const Object* holder =
        findHolderOfProxy(tenant.directory, "SMTP:" + std::string(primary), nullptr);
    if (holder) return holder;
  }
  const std::string_view upn = body.text(Property::kUserPrincipalName);
  if (kind == Kind::kUser && !upn.empty() && tenant.settings.feature("softMatchOnUpnEnabled")) {
    return findUserByUpn(tenant.directory, upn);
  }
  return nullptr;
}

}  // namespace

std::variant<SyncMatch, GraphError> matchForSync(const Tenant& tenant,
                                                 Kind kind,
                                                 const WriteBody& body) {
  const std::string_view anchor = body.text(Property::kOnPremisesImmutableId);
  const Object* same = anchor.empty() ? nullptr : findByAnchor(tenant.directory, kind, anchor);
  if (same) {
    if (same->isSynced()) return duplicate("onPremisesImmutableId");
    if (tenant.settings.feature("blockCloudObjectTakeoverThroughHardMatchEnabled")) {
      return syncError("InvalidHardMatch",
                       "An object with this onPremisesImmutableId exists and is not synchronized; "
                       "the tenant blocks taking it over through hard match.",
                       "onPremisesImmutableId");
    }
    return SyncMatch{same, true};
  }
  if (tenant.settings.feature("blockSoftMatchEnabled")) return SyncMatch{};
  const Object* candidate = findSoftCandidate(tenant, kind, body);
  if (!candidate) return SyncMatch{};
  if (candidate->kind != kind) {
    return syncError("ObjectTypeMismatch",
                     "An object of another type has the same address in the tenant.",
                     "proxyAddresses");
  }
  if (tenant.settings.isAdministrator(candidate->id.toString(),
                                      candidate->text(Property::kUserPrincipalName))) {
    return syncError("ExistingAdminRoleConflict",
                     "The object that has the same address or userPrincipalName holds an "
                     "administrator role and is not taken over.",
                     "onPremisesImmutableId");
  }
  if (!candidate->has(Property::kOnPremisesImmutableId)) return SyncMatch{candidate, false};
  // It belongs to another source object: the values in conflict go into quarantine instead.
  if (tenant.settings.feature("quarantineUponProxyAddressesConflictEnabled") &&
      tenant.settings.feature("quarantineUponUpnConflictEnabled")) {
    return SyncMatch{};
  }
  return syncError("InvalidSoftMatch",
                   "An object with the same address or userPrincipalName has another "
                   "onPremisesImmutableId.",
                   "onPremisesImmutableId");
}

Refusal applySyncRules(
    const Tenant& tenant, Kind kind, const Object* self, std::int64_t now, WriteBody& body) {
  if (self && self->isSynced() && body.sets(Property::kOnPremisesImmutableId) &&
      self->has(Property::kOnPremisesImmutableId) &&
      self->text(Property::kOnPremisesImmutableId) != body.text(Property::kOnPremisesImmutableId)) {
    return syncError(
        "InvalidValue", "SourceAnchor attribute has changed.", "onPremisesImmutableId");
  }
  if (auto bad = SyncCalculation(tenant, kind, self, now, body).run(false)) return bad;
  static const PropertySet kChosenHere = [] {
    PropertySet set;
    set.set(static_cast<std::size_t>(Property::kUserPrincipalName));
    set.set(static_cast<std::size_t>(Property::kProxyAddresses));
    return set;
  }();
  if (const auto conflict = findConflict(tenant.directory, kind, body.changes, self, kChosenHere)) {
    return duplicate(rowOf(*conflict).name);
  }
  return std::nullopt;
}

std::size_t retryQuarantined(Tenant& tenant, std::int64_t now, bool all) {
  std::size_t changed = 0;
  for (ObjectNumber number = 1; number <= tenant.directory.lastNumber(); ++number) {
    const Object& object = tenant.directory.at(number);
    const bool wanted = object.has(Property::kOnPremisesProvisioningErrors) || all;
    if (!object.isActive() || !object.isSynced() || !wanted) continue;
    WriteBody body;
    if (SyncCalculation(tenant, object.kind, &object, now, body).run(true)) continue;
    if (tenant.directory.update(object, body.changes)) ++changed;
  }
  return changed;
}

}  // namespace tandem::tenant
