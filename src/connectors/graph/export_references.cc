// SPDX-License-Identifier: Apache-2.0
//
// Managers and members. Members go in binds of up to 20 with one PATCH, which Graph does all or
// not at all: when one is refused its members are added one by one, so that a single bad one does
// not hold up the rest.
#include <algorithm>

#include <fmt/format.h>

#include "connectors/graph/exporter.h"

namespace tandem::connectors::graph {
namespace {

bool alreadyThere(const GraphFailure& failure) {
  return failure.status == 400 && failure.message.find("already exist") != std::string::npos;
}

}  // namespace

// Notes which targets are made in this call, so that the item's references start when all of them
// have succeeded or failed. Making an object never waits for a reference, so this ends.
void Exporter::countWaits(std::uint32_t number) {
  Item& item = items_[number];
  for (const ExportedReference& reference : item.in->references) {
    if (!reference.add || !reference.target_anchor.empty()) continue;
    const auto target = made_here_.find(reference.target);
    if (target == made_here_.end()) continue;
    std::vector<std::uint32_t>& waiting = waiters_[target->second];
    if (!waiting.empty() && waiting.back() == number) continue;
    waiting.push_back(number);
    ++item.waits;
  }
}

// The id of the object that a reference points to; empty while there is none.
std::string_view Exporter::targetId(const ExportedReference& reference) const {
  if (const auto anchor = parseCloudAnchor(reference.target_anchor)) return anchor->id;
  const auto made = made_here_.find(reference.target);
  if (made == made_here_.end() || !items_[made->second].settled) return {};
  return items_[made->second].id;
}

void Exporter::startReferences(std::uint32_t number) {
  Item& item = items_[number];
  const auto& references = item.in->references;
  startManager(number);
  for (std::uint32_t i = 0; i < references.size(); ++i) {
    if (references[i].attribute != map_.member || item.kind != Kind::kGroup) continue;
    if (targetId(references[i]).empty()) {
      // A member to be removed that has no id was never added.
      if (references[i].add) item.outcome.references_done = false;
    } else if (references[i].add) {
      item.adds.push_back(i);
    } else {
      ++item.open;
      add(kRemoveMember, number, i, 1);
    }
  }
  const std::size_t bind = std::clamp<std::size_t>(session_.settings().bind_size, 1, 20);
  for (std::size_t first = 0; first < item.adds.size(); first += bind) {
    ++item.open;
    const std::size_t count = std::min(bind, item.adds.size() - first);
    add(count == 1 ? kAddMember : kBindMembers,
        number,
        static_cast<std::uint32_t>(first),
        static_cast<std::uint16_t>(count));
  }
  if (item.open == 0) finish(number);
}

void Exporter::startManager(std::uint32_t number) {
  Item& item = items_[number];
  const auto& references = item.in->references;
  std::optional<std::uint32_t> wanted;
  bool removed = false;
  for (std::uint32_t i = 0; i < references.size(); ++i) {
    if (references[i].attribute != map_.manager || item.kind != Kind::kUser) continue;
    if (references[i].add) wanted = i;
    removed = removed || !references[i].add;
  }
  if (wanted && !targetId(references[*wanted]).empty()) {
    ++item.open;
    add(kSetManager, number, *wanted, 1);  // replaces the old one by itself
    return;
  }
  if (wanted) item.outcome.references_done = false;
  if (removed) {
    ++item.open;
    add(kClearManager, number);
  }
}

// May the object of a 404 still be on its way to a replica? A member just made: surely. A group
// just made: perhaps, but then a few seconds are enough, and a member that is really gone must not
// keep the others waiting.
bool Exporter::mayAppear(const Operation& operation) {
  constexpr std::uint8_t kTriesForOwner = 4;
  const Item& item = items_[operation.subject];
  const auto& references = item.in->references;
  const bool is_bind = operation.kind == kBindMembers;
  if (operation.kind == kRemoveMember || operation.kind == kClearManager) return false;
  if (operation.not_found < kTriesForOwner && recent_.has(item.id)) return true;
  if (operation.kind == kSetManager) return recent_.has(targetId(references[operation.first]));
  if (is_bind && operation.not_found >= kTriesForOwner) return false;
  for (std::uint32_t i = operation.first; i < operation.first + operation.count; ++i) {
    if (recent_.has(targetId(references[item.adds[i]]))) return true;
  }
  return false;
}

Verdict Exporter::onReferenceAnswer(const Operation& operation, const InnerAnswer& answer) {
  if (answer.ok()) {
    ++writes_done_;
    referenceDone(operation.subject);
    return Verdict::kDone;
  }
  const GraphFailure failure = answer.failure();
  if (failure.code == "Directory_ConcurrencyViolation") return Verdict::kAgain;
  const bool is_removal = operation.kind == kRemoveMember || operation.kind == kClearManager;
  if (is_removal && failure.status == 404) {  // gone already
    referenceDone(operation.subject);
    return Verdict::kDone;
  }
  if (operation.kind == kAddMember && alreadyThere(failure)) {
    referenceDone(operation.subject);
    return Verdict::kDone;
  }
  if (failure.status == 404 && mayAppear(operation)) return Verdict::kAgainNotFound;
  if (operation.kind == kBindMembers && (failure.status == 400 || failure.status == 404)) {
    splitBind(operation);
    return Verdict::kDone;
  }
  referenceFailed(operation.subject, failure, "writing references of");
  return Verdict::kDone;
}

void Exporter::splitBind(const Operation& operation) {
  items_[operation.subject].open += operation.count - 1U;
  for (std::uint32_t i = 0; i < operation.count; ++i)
    add(kAddMember, operation.subject, operation.first + i, 1);
}

void Exporter::referenceDone(std::uint32_t number) {
  Item& item = items_[number];
  if (--item.open == 0) finish(number);
}

void Exporter::referenceFailed(std::uint32_t number,
                               const GraphFailure& failure,
                               std::string_view doing) {
  Item& item = items_[number];
  item.outcome.references_done = false;
  const bool target_missing = failure.status == 404;
  if (target_missing && item.outcome.error_type.empty()) {
    // The object itself is written; the rest is tried again when the import has shown what is
    // there.
    item.outcome.error_type = "partial-success";
    item.outcome.error_code = failure.code;
    item.outcome.is_retryable = true;
    item.outcome.error_message = fmt::format(
        "{} the {} {}: an object that it refers to is not in the tenant ({}). Next: nothing, the "
        "next import and export repair it",
        doing,
        typeName(item.kind),
        item.in->dn,
        failure.toText());
  } else if (!target_missing) {
    const ExportErrorClass error = classify(failure);
    item.outcome.success = false;
    item.outcome.error_type = error.type;
    item.outcome.error_code = failure.code;
    item.outcome.is_retryable = error.is_retryable;
    item.outcome.error_message = fmt::format("{} the {} {}: the tenant answers {}. Next: {}",
                                             doing,
                                             typeName(item.kind),
                                             item.in->dn,
                                             failure.toText(),
                                             error.advice);
  }
  referenceDone(number);
}

}  // namespace tandem::connectors::graph
