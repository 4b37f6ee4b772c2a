// SPDX-License-Identifier: Apache-2.0
#include "testing/mirror_space.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "directory/delta.h"
#include "directory/dn.h"

namespace tandem::testing {

using connectors::ImportedReference;
using connectors::ImportItem;
using connectors::ImportKind;
using connectors::ReferenceChange;
using directory::dnKey;

namespace {

bool isBelow(const std::string& dn, const std::string& top_key) {
  const std::string key = dnKey(dn);
  return key.size() > top_key.size() && key.starts_with(top_key) && key[top_key.size()] == '\x1f';
}

}  // namespace

void MirrorSpace::begin(bool full) {
  full_ = full;
  seen_.clear();
  items = partial_items = present_items = 0;
  errors.clear();
  full_reason.clear();
  filtered = 0;
}

void MirrorSpace::end(const connectors::ImportOutcome& outcome) {
  if (!outcome.was_full || !outcome.complete) return;
  std::vector<std::string> gone;
  for (const auto& [anchor, object] : objects_)
    if (!seen_.contains(anchor)) gone.push_back(anchor);
  for (const std::string& anchor : gone)
    removeObject(anchor);
}

Result<void> MirrorSpace::take(std::vector<ImportItem>& batch, connectors::Watermark) {
  for (ImportItem& item : batch)
    apply(item);
  batch.clear();
  return {};
}

void MirrorSpace::countFiltered(std::uint64_t objects, std::uint64_t) {
  filtered += objects;
}

void MirrorSpace::becomesFull(const std::string& reason) {
  if (items != 0) errors.push_back("became full after items had been passed");
  full_reason = reason;
  full_ = true;
}

std::optional<std::string> MirrorSpace::dnOf(std::string_view anchor) const {
  const auto found = objects_.find(std::string(anchor));
  return found == objects_.end() ? std::nullopt : std::optional(found->second.dn);
}

const MirrorSpace::Object* MirrorSpace::findByDn(std::string_view dn) const {
  const std::string key = dnKey(dn);
  for (const auto& [anchor, object] : objects_)
    if (dnKey(object.dn) == key) return &object;
  return nullptr;
}

void MirrorSpace::apply(ImportItem& item) {
  ++items;
  seen_.insert(item.anchor);
  if (!item.error_type.empty()) {
    errors.push_back(item.error_message);
    return;
  }
  switch (item.kind) {
    case ImportKind::kPresent:
      ++present_items;
      return;
    case ImportKind::kDelete:
      return removeObject(item.anchor);
    case ImportKind::kDeleteSubtree: {
      const std::string top = dnKey(item.dn);
      std::vector<std::string> gone;
      for (const auto& [anchor, object] : objects_)
        if (dnKey(object.dn) == top || isBelow(object.dn, top)) gone.push_back(anchor);
      for (const std::string& anchor : gone)
        removeObject(anchor);
      return;
    }
    case ImportKind::kPartial: {
      ++partial_items;
      const auto known = objects_.find(item.anchor);
      if (known == objects_.end()) {
        errors.push_back("a partial item of an unknown object");
        return;
      }
      Object& object = known->second;
      if (!item.dn.empty()) rename(object, item.dn, item.is_container);
      object.image = directory::applyDelta(object.image, item.image);
      return applyReferences(object, item);
    }
    case ImportKind::kFull: {
      Object& object = objects_[item.anchor];
      rename(object, item.dn, item.is_container);
      object.is_container = item.is_container;
      object.type = item.type.raw();
      object.image = item.image;
      object.references.clear();
      return applyReferences(object, item);
    }
  }
}

void MirrorSpace::rename(Object& object, const std::string& dn, bool is_container) {
  const std::string old = object.dn;
  object.dn = dn;
  if (full_ || !is_container || old.empty() || dnKey(old) == dnKey(dn)) return;
  const std::string top = dnKey(old);
  const std::size_t depth = directory::Dn::parse(old).value().rdns().size();
  for (auto& [anchor, below] : objects_) {
    if (&below == &object || !isBelow(below.dn, top)) continue;
    std::vector<directory::Rdn> rdns = directory::Dn::parse(below.dn).value().rdns();
    rdns.resize(rdns.size() - depth);
    const std::vector<directory::Rdn> tail = directory::Dn::parse(dn).value().rdns();
    rdns.insert(rdns.end(), tail.begin(), tail.end());
    below.dn = directory::Dn::fromRdns(std::move(rdns)).toText();
  }
}

std::string MirrorSpace::target(const ImportedReference& reference) const {
  if (!reference.target_anchor.empty()) return toHex(reference.target_anchor);
  return dnKey(reference.target_dn);
}

void MirrorSpace::applyReferences(Object& object, const ImportItem& item) {
  for (const ImportedReference& reference : item.references) {
    std::set<std::string>& targets = object.references[reference.attribute.raw()];
    if (reference.change == ReferenceChange::kReplaceAll) targets.clear();
    if (reference.change == ReferenceChange::kAdd) targets.insert(target(reference));
    if (reference.change == ReferenceChange::kRemove) targets.erase(target(reference));
  }
  std::erase_if(object.references, [](const auto& entry) { return entry.second.empty(); });
}

void MirrorSpace::removeObject(const std::string& anchor) {
  objects_.erase(anchor);
  // A directory does not tell that a deleted object left its groups.
  for (auto& [other, object] : objects_) {
    for (auto& [attribute, targets] : object.references)
      targets.erase(toHex(anchor));
    std::erase_if(object.references, [](const auto& entry) { return entry.second.empty(); });
  }
}

std::vector<std::string> MirrorSpace::differencesTo(const MirrorSpace& other) const {
  std::vector<std::string> differences;
  const auto note = [&](const std::string& text) { differences.push_back(text); };
  for (const auto& [anchor, object] : objects_) {
    const auto found = other.objects_.find(anchor);
    if (found == other.objects_.end()) {
      note("only here: " + object.dn);
      continue;
    }
    const Object& twin = found->second;
    if (dnKey(object.dn) != dnKey(twin.dn)) note(object.dn + " is elsewhere " + twin.dn);
    if (object.type != twin.type) note("another type: " + object.dn);
    if (object.image != twin.image) {
      note(fmt::format(
          "another image: {} ({} and {})", object.dn, toHex(object.image), toHex(twin.image)));
    }
    if (object.references != twin.references) {
      note(fmt::format("other references: {}", object.dn));
    }
  }
  for (const auto& [anchor, object] : other.objects_)
    if (!objects_.contains(anchor)) note("missing here: " + object.dn);
  return differences;
}

}  // namespace tandem::testing
