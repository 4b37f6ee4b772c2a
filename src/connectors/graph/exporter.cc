// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/exporter.h"

#include <utility>

#include <fmt/format.h>

namespace tandem::connectors::graph {
namespace {

using directory::findAttribute;

std::string_view doingOf(ExportOperation operation) {
  switch (operation) {
    case ExportOperation::kAdd:
      return "creating";
    case ExportOperation::kUpdate:
      return "updating";
    case ExportOperation::kDelete:
      break;
  }
  return "deleting";
}

}  // namespace

Exporter::Exporter(Parts parts, std::span<const ExportItem> items, ExportSink& sink)
    : session_(parts.session),
      map_(parts.map),
      recent_(parts.recent),
      writer_(parts.map),
      pipeline_(parts.session, *this, parts.window),
      sink_(sink) {
  pipeline_.writeUnder(parts.grant);
  items_.resize(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items_[i].in = &items[i];
    items_[i].outcome.id = items[i].id;
    if (items[i].operation == ExportOperation::kAdd) {
      made_here_.emplace(items[i].id, static_cast<std::uint32_t>(i));
    }
  }
}

Result<void> Exporter::run() {
  const Cancelled cancelled = [this] { return sink_.isCancelled(); };
  for (std::uint32_t i = 0; i < items_.size(); ++i)
    countWaits(i);
  std::vector<std::uint32_t> adds;
  std::vector<std::uint32_t> unknown_deletes;
  for (std::uint32_t i = 0; i < items_.size(); ++i) {
    const ExportItem& item = *items_[i].in;
    if (item.operation == ExportOperation::kAdd) adds.push_back(i);
    if (item.operation == ExportOperation::kDelete && item.anchor.empty())
      unknown_deletes.push_back(i);
    startItem(i);
  }
  planLookups(adds);
  planLookups(unknown_deletes);
  TRY(pipeline_.run(cancelled));
  // Deletions last: what takes over a name or an address has it before its holder is gone, and a
  // run that ends early has removed nothing.
  startDeletes();
  return pipeline_.run(cancelled);
}

void Exporter::add(Kinds kind, std::uint32_t subject, std::uint32_t first, std::uint16_t count) {
  Operation operation;
  operation.kind = kind;
  operation.subject = subject;
  operation.first = first;
  operation.count = count;
  operation.is_write = kind >= kRestore && kind != kReadGroup;
  pipeline_.add(operation);
}

void Exporter::startItem(std::uint32_t number) {
  Item& item = items_[number];
  const std::optional<Kind> kind = map_.kindOf(item.in->type);
  const bool contact_forbidden = kind == Kind::kContact && map_.profile() != GraphProfile::kSync;
  if (!kind || contact_forbidden) {
    failWith(number,
             {"no-export-to-this-object-type",
              "let no rule provision this type, or use the synchronization profile of "
              "tandem-tenant for contacts",
              false},
             "",
             "public Graph lets no application write objects of this type");
    return;
  }
  item.kind = *kind;
  const ExportOperation operation = item.in->operation;
  if (operation != ExportOperation::kDelete) {
    const bool is_add = operation == ExportOperation::kAdd;
    if (const auto problem = findProblem(map_, item.kind, item.in->image, is_add)) {
      failWith(number, {problem->type, "", false}, "", problem->message);
      return;
    }
  }
  if (operation == ExportOperation::kAdd) return;  // planLookups() goes on
  const bool is_unknown_delete = operation == ExportOperation::kDelete && item.in->anchor.empty();
  if (is_unknown_delete && anchorOfDn(item.in->dn)) return;  // the same
  const std::optional<CloudAnchor> anchor = parseCloudAnchor(item.in->anchor);
  if (!anchor || anchor->kind != item.kind) {
    failWith(number,
             {"missing-anchor-component", "run a full import of the tenant", true},
             "",
             "the object's cloudAnchor is not known");
    return;
  }
  item.id = anchor->id;
  if (operation == ExportOperation::kDelete) return;  // startDeletes() goes on
  if (writer_.hasWork(item.kind, item.in->image)) {
    add(kUpdate, number);
  } else {
    settle(number);
  }
}

void Exporter::startDeletes() {
  for (std::uint32_t i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    if (item.in->operation != ExportOperation::kDelete || item.answered) continue;
    if (!item.id.empty()) add(kDelete, i);  // else its look-up was cut short
  }
}

void Exporter::isGone(std::uint32_t number) {
  items_[number].outcome.success = true;
  finish(number);
}

Verdict Exporter::answered(const Operation& operation, const InnerAnswer& answer) {
  switch (static_cast<Kinds>(operation.kind)) {
    case kFindByAnchor:
    case kFindDeleted:
    case kFindByName:
    case kFindByAddress:
      return onLookupAnswer(operation, answer);
    case kRoleCheck:
    case kOtherTypeCheck:
      return onCheckAnswer(operation, answer);
    case kRestore:
    case kCreate:
    case kUpsertGroup:
    case kReadGroup:
    case kUpdate:
    case kDelete:
      return onObjectAnswer(operation, answer);
    case kSetManager:
    case kClearManager:
    case kBindMembers:
    case kAddMember:
    case kRemoveMember:
      break;
  }
  return onReferenceAnswer(operation, answer);
}

Verdict Exporter::onObjectAnswer(const Operation& operation, const InnerAnswer& answer) {
  // Somebody else wrote to the same object in the same moment.
  if (answer.status == 409 && answer.failure().code == "Directory_ConcurrencyViolation") {
    return Verdict::kAgain;
  }
  if (operation.kind == kRestore) return onRestored(operation, answer);
  if (operation.kind == kCreate) return onCreated(operation, answer);
  if (operation.kind == kUpsertGroup) return onUpserted(operation, answer);
  if (operation.kind == kUpdate) return onUpdated(operation, answer);
  if (operation.kind == kDelete) return onDeleted(operation, answer);
  return onGroupRead(operation, answer);
}

Verdict Exporter::onCreated(const Operation& operation, const InnerAnswer& answer) {
  if (!answer.ok()) {
    createRefused(operation, answer.failure());
    return Verdict::kDone;
  }
  ++writes_done_;
  const std::string_view id = answer.body ? textAt(*answer.body, "id").value_or("") : "";
  if (!isGuidText(id)) {
    lookUpAgain(operation.subject);
    return Verdict::kDone;
  }
  objectIs(operation.subject, id);
  recent_.note(id);
  settle(operation.subject);
  return Verdict::kDone;
}

Verdict Exporter::onUpserted(const Operation& operation, const InnerAnswer& answer) {
  if (!answer.ok()) {
    fail(operation.subject, answer.failure(), doingOf(ExportOperation::kAdd));
    return Verdict::kDone;
  }
  ++writes_done_;
  const std::string_view id = answer.body ? textAt(*answer.body, "id").value_or("") : "";
  if (!isGuidText(id)) {  // 204: it was there already
    add(kReadGroup, operation.subject);
    return Verdict::kDone;
  }
  objectIs(operation.subject, id);
  recent_.note(id);
  settle(operation.subject);
  return Verdict::kDone;
}

// By its uniqueName: after an upsert that did not say the id, or before a deletion.
Verdict Exporter::onGroupRead(const Operation& operation, const InnerAnswer& answer) {
  const std::uint32_t number = operation.subject;
  const bool is_delete = items_[number].in->operation == ExportOperation::kDelete;
  const std::string_view id = answer.body ? textAt(*answer.body, "id").value_or("") : "";
  if (answer.ok() && isGuidText(id)) {
    objectIs(number, id);
    if (!is_delete) settle(number);  // startDeletes() goes on with the others
    return Verdict::kDone;
  }
  if (answer.status == 404 && is_delete) {
    isGone(number);
    return Verdict::kDone;
  }
  if (answer.status == 404) return Verdict::kAgainNotFound;  // it was just written
  fail(number, answer.failure(), is_delete ? "looking up" : "reading back");
  return Verdict::kDone;
}

Verdict Exporter::onUpdated(const Operation& operation, const InnerAnswer& answer) {
  Item& item = items_[operation.subject];
  if (answer.ok()) {
    ++writes_done_;
    settle(operation.subject);
    return Verdict::kDone;
  }
  if (answer.status == 404 && recent_.has(item.id)) return Verdict::kAgainNotFound;
  fail(operation.subject, answer.failure(), doingOf(item.in->operation));
  return Verdict::kDone;
}

Verdict Exporter::onDeleted(const Operation& operation, const InnerAnswer& answer) {
  const bool is_gone = answer.ok() || answer.status == 404;
  if (!is_gone) {
    fail(operation.subject, answer.failure(), doingOf(ExportOperation::kDelete));
    return Verdict::kDone;
  }
  ++writes_done_;
  isGone(operation.subject);
  return Verdict::kDone;
}

void Exporter::objectIs(std::uint32_t number, std::string_view id) {
  Item& item = items_[number];
  item.id = id;
  item.outcome.anchor = fmt::format("{}{}", anchorPrefix(item.kind), id);
}

void Exporter::settle(std::uint32_t number) {
  Item& item = items_[number];
  item.settled = true;
  const bool exists = !item.answered;
  if (exists) item.outcome.success = true;
  if (exists && item.waits == 0) startReferences(number);
  const auto found = waiters_.find(number);
  if (found == waiters_.end()) return;
  const std::vector<std::uint32_t> waiting = std::move(found->second);
  waiters_.erase(found);
  for (const std::uint32_t waiter : waiting) {
    Item& other = items_[waiter];
    if (--other.waits == 0 && other.settled && !other.answered) startReferences(waiter);
  }
}

void Exporter::fail(std::uint32_t number, const GraphFailure& failure, std::string_view doing) {
  const Item& item = items_[number];
  ExportErrorClass error = classify(failure);
  const std::string text = fmt::format("{} the {} {}: the tenant answers {}",
                                       doing,
                                       typeName(item.kind),
                                       item.in->dn,
                                       failure.toText());
  // A gateway that gave up waiting says nothing of what stands behind it.
  items_[number].outcome.may_be_under_way = failure.isServerSide() || failure.status == 408;
  failWith(number, std::move(error), failure.code, text);
  const bool is_denied = failure.status == 403 && failure.code == "Authorization_RequestDenied";
  // Nothing has worked and the application is not allowed to: it will not be for the others either.
  if (is_denied && writes_done_ == 0) {
    pipeline_.stop(toError(failure, fmt::format("{} the {}", doing, typeName(item.kind))));
  }
}

void Exporter::failWith(std::uint32_t number,
                        ExportErrorClass error,
                        std::string code,
                        std::string text) {
  Item& item = items_[number];
  if (item.answered) return;
  item.outcome.success = false;
  item.outcome.references_done = item.in->references.empty();
  item.outcome.error_type = std::move(error.type);
  item.outcome.error_code = std::move(code);
  item.outcome.error_message = std::move(text);
  if (!error.advice.empty()) {
    item.outcome.error_message += fmt::format(". Next: {}", error.advice);
  }
  item.outcome.is_retryable = error.is_retryable;
  finish(number);
  settle(number);  // whoever waits for it must not wait for ever
}

void Exporter::finish(std::uint32_t number) {
  Item& item = items_[number];
  if (std::exchange(item.answered, true)) return;
  item.adds.clear();
  const Result<void> told = sink_.answered(std::move(item.outcome));
  if (!told.ok()) pipeline_.stop(told.error());
}

void Exporter::gaveUp(const Operation& operation, const GraphFailure& failure) {
  switch (static_cast<Kinds>(operation.kind)) {
    case kFindByAnchor:
    case kFindDeleted:
    case kFindByName:
    case kFindByAddress:
      lookupFailed(lookups_[operation.subject], failure);
      return;
    case kRoleCheck:
    case kOtherTypeCheck:
    case kRestore:
    case kCreate:
    case kUpsertGroup:
    case kReadGroup:
    case kUpdate:
    case kDelete:
      fail(operation.subject, failure, doingOf(items_[operation.subject].in->operation));
      return;
    case kSetManager:
    case kClearManager:
    case kBindMembers:
    case kAddMember:
    case kRemoveMember:
      referenceFailed(operation.subject, failure, "writing references of");
      return;
  }
}

bool Exporter::resendLost(const Operation& operation) {
  if (operation.kind != kCreate) return true;
  lookUpAgain(operation.subject);
  return false;
}

}  // namespace tandem::connectors::graph
