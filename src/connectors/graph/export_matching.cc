// SPDX-License-Identifier: Apache-2.0
//
// Is the object there already? Public Graph has no matching of its own, so in that profile it
// happens here, by Entra Connect's rules: hard match by anchor (deleted objects too, which are then
// restored), else soft match by address or user principal name, else a new object. With the
// synchronization profile tandem-tenant matches by itself, and we only look after lost answers.
//
// What is to be deleted and has no id is what an add without an answer may have made: the same
// look-up by anchor, in either profile, and only what carries our anchor is taken for it.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/graph/exporter.h"
#include "connectors/graph/graph_failure_json.h"

namespace tandem::connectors::graph {
namespace {

constexpr std::size_t kLookupSize = 15;  // values in one `in (…)`
constexpr std::uint8_t kLookupsMax = 5;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool isAnchorConflict(const GraphFailure& failure) {
  if (contains(failure.message, "onPremisesImmutableId")) return true;
  return std::any_of(failure.details.begin(), failure.details.end(), [](const auto& detail) {
    return detail.target == "onPremisesImmutableId";
  });
}

bool isAddressConflict(const GraphFailure& failure) {
  if (contains(failure.message, "proxyAddresses") || contains(failure.message, "mail")) return true;
  return std::any_of(failure.details.begin(), failure.details.end(), [](const auto& detail) {
    return detail.target == "proxyAddresses" || detail.target == "mail";
  });
}

}  // namespace

std::string_view Exporter::textOf(const Item& item, AttributeId attribute) const {
  const auto values = directory::findAttribute(item.in->image, attribute);
  return values && !values->isEmpty() ? values->front() : std::string_view();
}

// A deletion has no image.
std::string Exporter::sourceAnchorOf(const Item& item) const {
  if (item.in->operation == ExportOperation::kDelete)
    return anchorOfDn(item.in->dn).value_or(std::string());
  return std::string(textOf(item, map_.source_anchor));
}

// The primary address (of proxyAddresses, else mail), as the look-up wants it: "smtp:a@b".
std::vector<std::string> Exporter::addressesOf(const Item& item) const {
  std::vector<std::string> addresses;
  if (const auto proxies = directory::findAttribute(item.in->image, map_.proxy_addresses)) {
    for (const std::string_view proxy : *proxies) {
      if (proxy.substr(0, 5) == "SMTP:") {
        addresses.push_back(fmt::format("smtp:{}", toLowerAscii(proxy.substr(5))));
      }
    }
  }
  const std::string_view mail = textOf(item, map_.mail);
  if (addresses.empty() && !mail.empty()) {
    addresses.push_back(fmt::format("smtp:{}", toLowerAscii(mail)));
  }
  return addresses;
}

bool Exporter::needsLookup(const Item& item) const {
  if (item.kind == Kind::kGroup) return !deleted_items_unsupported_;
  if (item.in->is_retry || item.lookups > 0) return true;
  return item.kind == Kind::kUser && map_.profile() == GraphProfile::kGraph;
}

void Exporter::planLookups(std::span<const std::uint32_t> items) {
  std::vector<std::uint32_t> waiting[kKinds];
  for (const std::uint32_t number : items) {
    const Item& item = items_[number];
    if (item.answered) continue;
    const bool is_delete = item.in->operation == ExportOperation::kDelete;
    if (is_delete && item.kind == Kind::kGroup) {
      add(kReadGroup, number);
      continue;
    }
    if (!is_delete && !needsLookup(item)) {
      create(number);
      continue;
    }
    auto& list = waiting[static_cast<std::size_t>(item.kind)];
    list.push_back(number);
    if (list.size() == kLookupSize) {
      startLookup(item.kind, std::move(list), std::chrono::milliseconds(0));
      list.clear();
    }
  }
  for (std::size_t k = 0; k < kKinds; ++k) {
    if (waiting[k].empty()) continue;
    startLookup(static_cast<Kind>(k), std::move(waiting[k]), std::chrono::milliseconds(0));
  }
}

void Exporter::startLookup(Kind kind,
                           std::vector<std::uint32_t> items,
                           std::chrono::milliseconds delay) {
  const auto number = static_cast<std::uint32_t>(lookups_.size());
  bool any_address = false;
  for (const std::uint32_t item : items) {
    ++items_[item].lookups;
    any_address = any_address || !addressesOf(items_[item]).empty();
  }
  const bool is_delete = items_[items.front()].in->operation == ExportOperation::kDelete;
  const bool matches_here =
      map_.profile() == GraphProfile::kGraph && kind == Kind::kUser && !is_delete;
  std::vector<Kinds> kinds;
  if (kind != Kind::kGroup) kinds.push_back(kFindByAnchor);
  if ((matches_here || kind == Kind::kGroup) && !deleted_items_unsupported_) {
    kinds.push_back(kFindDeleted);
  }
  if (matches_here) kinds.push_back(kFindByName);
  if (matches_here && any_address) kinds.push_back(kFindByAddress);
  Lookup& lookup = lookups_.emplace_back();
  lookup.kind = kind;
  lookup.items = std::move(items);
  lookup.open = static_cast<std::uint32_t>(kinds.size());
  for (const Kinds wanted : kinds) {
    Operation operation;
    operation.kind = wanted;
    operation.subject = number;
    if (delay.count() == 0) {
      pipeline_.add(operation);
    } else {
      pipeline_.addLater(operation, delay);
    }
  }
}

void Exporter::lookUpAgain(std::uint32_t number) {
  Item& item = items_[number];
  if (item.lookups >= kLookupsMax) {
    GraphFailure lost = item.conflict.value_or(GraphFailure{});
    if (!item.conflict) lost.status = 503;
    fail(number, lost, "creating (its answer was lost again and again)");
    return;
  }
  if (item.kind == Kind::kGroup) {
    create(number);  // an upsert needs no look-up
    return;
  }
  startLookup(item.kind, {number}, backoff(item.lookups + 1, number));
}

Verdict Exporter::onLookupAnswer(const Operation& operation, const InnerAnswer& answer) {
  Lookup& lookup = lookups_[operation.subject];
  if (answer.ok() && answer.body) {
    const std::optional<JsonArray> found = arrayAt(*answer.body, "value");
    if (!found) return Verdict::kAgain;
    for (const JsonElement element : *found) {
      Candidate candidate;
      candidate.found_by = operation.kind;
      candidate.id = textAt(element, "id").value_or("");
      candidate.anchor = textAt(element, map_.anchorProperty(lookup.kind)).value_or("");
      candidate.upn = textAt(element, "userPrincipalName").value_or("");
      candidate.mail = textAt(element, "mail").value_or("");
      if (const auto synced = memberOf(element, "onPremisesSyncEnabled")) {
        candidate.is_synced = synced->is_bool() && bool(*synced);
      }
      if (const auto addresses = arrayAt(element, "proxyAddresses")) {
        for (const JsonElement address : *addresses) {
          candidate.addresses.emplace_back(graph::textOf(address).value_or(""));
        }
      }
      if (isGuidText(candidate.id)) lookup.candidates.push_back(std::move(candidate));
    }
  } else if (operation.kind == kFindDeleted && (answer.status == 400 || answer.status == 404)) {
    deleted_items_unsupported_ = true;  // not every tenant lists deleted objects of each type
  } else {
    lookupFailed(lookup, answer.failure());
    return Verdict::kDone;
  }
  if (--lookup.open > 0) return Verdict::kDone;
  for (const std::uint32_t number : lookup.items) {
    if (!items_[number].answered) decide(number, lookup);
  }
  lookup.candidates.clear();
  return Verdict::kDone;
}

void Exporter::lookupFailed(const Lookup& lookup, const GraphFailure& failure) {
  for (const std::uint32_t number : lookup.items) {
    const bool is_delete = items_[number].in->operation == ExportOperation::kDelete;
    fail(
        number, failure, is_delete ? "looking up" : "looking for an existing object before making");
  }
}

void Exporter::decide(std::uint32_t number, const Lookup& lookup) {
  Item& item = items_[number];
  const bool is_delete = item.in->operation == ExportOperation::kDelete;
  const std::string source_anchor = sourceAnchorOf(item);
  const std::string wanted =
      item.kind == Kind::kGroup ? uniqueNameOf(source_anchor) : source_anchor;
  const Candidate* deleted = nullptr;
  for (const Candidate& candidate : lookup.candidates) {
    if (candidate.anchor != wanted) continue;
    if (candidate.found_by == kFindDeleted) {
      deleted = &candidate;
    } else if (map_.profile() == GraphProfile::kGraph || candidate.is_synced) {
      // The hard match. With the synchronization profile an object that is not synchronized goes
      // through a create, where the tenant decides whether it may be taken over.
      objectIs(number, candidate.id);
      if (!is_delete) add(kUpdate, number);  // startDeletes() goes on with the others
      return;
    }
  }
  if (is_delete) {
    isGone(number);
    return;
  }
  if (deleted != nullptr) {
    objectIs(number, deleted->id);
    add(kRestore, number);
    return;
  }
  const bool matches_here = map_.profile() == GraphProfile::kGraph && item.kind == Kind::kUser;
  const Candidate* soft = matches_here ? findSoftMatch(item, lookup) : nullptr;
  if (soft != nullptr) {
    takeSoftMatch(number, *soft);
  } else if (item.conflict && !isAnchorConflict(*item.conflict)) {
    fail(number, *item.conflict, "creating");
  } else {
    create(number);
  }
}

const Exporter::Candidate* Exporter::findSoftMatch(const Item& item, const Lookup& lookup) const {
  const std::vector<std::string> addresses = addressesOf(item);
  const std::string_view upn = textOf(item, map_.user_principal_name);
  const auto has_address = [&](const Candidate& candidate) {
    return std::any_of(
        candidate.addresses.begin(), candidate.addresses.end(), [&](const std::string& address) {
          return std::find(addresses.begin(), addresses.end(), toLowerAscii(address)) !=
                 addresses.end();
        });
  };
  for (const Candidate& candidate : lookup.candidates) {
    if (candidate.found_by != kFindDeleted && has_address(candidate)) return &candidate;
  }
  for (const Candidate& candidate : lookup.candidates) {
    if (candidate.found_by != kFindDeleted && foldCase(candidate.upn) == foldCase(upn)) {
      return &candidate;
    }
  }
  return nullptr;
}

void Exporter::takeSoftMatch(std::uint32_t number, const Candidate& candidate) {
  if (!candidate.anchor.empty() || candidate.is_synced) {
    GraphFailure refusal;
    refusal.status = 400;
    refusal.code = "InvalidSoftMatch";
    refusal.message =
        "an account with the same address or user principal name belongs to another "
        "source object";
    fail(number, refusal, "matching");
    return;
  }
  objectIs(number, candidate.id);
  items_[number].stamp_anchor = true;
  add(kRoleCheck, number);
}

Verdict Exporter::onCheckAnswer(const Operation& operation, const InnerAnswer& answer) {
  Item& item = items_[operation.subject];
  const std::optional<JsonArray> found =
      answer.ok() && answer.body ? arrayAt(*answer.body, "value") : std::nullopt;
  const bool any = found && found->size() > 0;
  if (operation.kind == kOtherTypeCheck) {
    GraphFailure failure = *item.conflict;
    if (any) failure.details.insert(failure.details.begin(), {"ObjectTypeMismatch", ""});
    fail(operation.subject, failure, "creating");
    return Verdict::kDone;
  }
  if (!any) {  // no role, or roles may not be read: then Graph itself protects administrators
    add(kUpdate, operation.subject);
    return Verdict::kDone;
  }
  item.outcome.anchor.clear();
  GraphFailure refusal;
  refusal.status = 400;
  refusal.code = "ExistingAdminRoleConflict";
  refusal.message = "the matching account holds an administrator role";
  fail(operation.subject, refusal, "matching");
  return Verdict::kDone;
}

void Exporter::create(std::uint32_t number) {
  add(items_[number].kind == Kind::kGroup ? kUpsertGroup : kCreate, number);
}

Verdict Exporter::onRestored(const Operation& operation, const InnerAnswer& answer) {
  if (answer.ok() || answer.status == 404) {
    // 404: somebody restored or purged it in between; the update finds out which.
    if (answer.ok()) ++writes_done_;
    recent_.note(items_[operation.subject].id);
    add(items_[operation.subject].kind == Kind::kGroup ? kUpsertGroup : kUpdate, operation.subject);
    return Verdict::kDone;
  }
  fail(operation.subject, answer.failure(), "restoring");
  return Verdict::kDone;
}

void Exporter::createRefused(const Operation& operation, const GraphFailure& failure) {
  Item& item = items_[operation.subject];
  const bool is_conflict = classify(failure).type == "AttributeValueMustBeUnique";
  const bool perhaps_ours =
      operation.may_have_happened || item.in->is_retry || isAnchorConflict(failure);
  if (is_conflict && perhaps_ours && item.lookups < kLookupsMax) {
    item.conflict = failure;
    lookUpAgain(operation.subject);
    return;
  }
  const bool matches_here = map_.profile() == GraphProfile::kGraph && item.kind == Kind::kUser;
  if (is_conflict && matches_here && isAddressConflict(failure) && !addressesOf(item).empty()) {
    item.conflict = failure;
    add(kOtherTypeCheck, operation.subject);
    return;
  }
  fail(operation.subject, failure, "creating");
}

}  // namespace tandem::connectors::graph
