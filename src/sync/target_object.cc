// SPDX-License-Identifier: Apache-2.0
#include "sync/target_object.h"

#include "directory/delta.h"

namespace tandem::sync {

using connectors::AttributeTraits;
using connectors::Comparison;
using directory::AttributeView;
using directory::RecordBuilder;
using directory::RecordReader;
using directory::ValuesView;
using store::PendingOperation;

AttributeTraits TargetObjects::traitsOf(const store::ObjectRow& object,
                                        AttributeId attribute) const {
  const EngineConnector* connector = engine_->find(object.connector);
  return connector == nullptr ? AttributeTraits{attribute, true, false, Comparison::kExact}
                              : connector->traits.of(object.type, attribute);
}

std::string TargetObjects::knownImage(const store::ObjectRow& object) {
  const std::optional<store::UnconfirmedRow> sent =
      engine_->store->exports().unconfirmed(object.id);
  if (!sent) return object.image;
  if (sent->operation == PendingOperation::kDelete) return {};
  return directory::applyDelta(object.image, sent->delta);
}

bool TargetObjects::existsInDirectory(const store::ObjectRow& object) {
  const std::optional<store::UnconfirmedRow> sent =
      engine_->store->exports().unconfirmed(object.id);
  if (sent) return sent->operation != PendingOperation::kDelete;
  return object.has_image;
}

bool TargetObjects::isSatisfied(const store::ObjectRow& object,
                                const AttributeView& wanted,
                                std::string_view known,
                                std::string_view accepted) const {
  const AttributeTraits traits = traitsOf(object, wanted.id);
  if (!traits.writable) return true;
  const std::optional<ValuesView> is = directory::findAttribute(known, wanted.id);
  if (wanted.values.isEmpty() || !is) {
    const bool both_absent = wanted.values.isEmpty() && !is;
    if (both_absent) return true;
  } else if (wanted.values == *is || connectors::confirms(traits.comparison, wanted.values, *is)) {
    if (traits.comparison != Comparison::kServiceDecides) return true;
  }
  if (traits.comparison != Comparison::kServiceDecides) return traits.on_add_only && !known.empty();
  // The directory computes the value: only a change of what we want is a reason to send it.
  const std::optional<ValuesView> last = directory::findAttribute(accepted, wanted.id);
  if (last) return *last == wanted.values;
  return is && *is == wanted.values;
}

std::string TargetObjects::differenceTo(const store::ObjectRow& object,
                                        std::string_view known,
                                        const store::WantedRow& wanted) {
  RecordBuilder delta;
  RecordReader reader(wanted.image);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    if (isSatisfied(object, *attribute, known, wanted.accepted)) continue;
    delta.addFromDelta(*attribute);
  }
  return delta.finish();
}

std::string TargetObjects::pendingDelta(const store::ObjectRow& object) {
  const std::optional<store::WantedRow> wanted = engine_->store->exports().wanted(object.id);
  if (!wanted) return {};
  return differenceTo(object, knownImage(object), *wanted);
}

std::string TargetObjects::imageToAdd(const store::ObjectRow& object) {
  const std::optional<store::WantedRow> wanted = engine_->store->exports().wanted(object.id);
  if (!wanted) return {};
  RecordBuilder image;
  RecordReader reader(wanted->image);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    if (attribute->values.isEmpty() || !traitsOf(object, attribute->id).writable) continue;
    image.addAll(attribute->id, attribute->values);
  }
  return image.finish();
}

void TargetObjects::refreshPending(ConnectorObjectId id) {
  store::Exports& exports = engine_->store->exports();
  const std::optional<store::WantedRow> wanted = exports.wanted(id);
  if (!wanted) return;  // not ours to change; a pending delete stays as deprovisioning left it
  const std::optional<store::ObjectRow> object = engine_->store->space().find(id);
  if (!object) return;
  if (!existsInDirectory(*object)) {
    exports.setPending(id, object->connector, PendingOperation::kAdd);
  } else if (!differenceTo(*object, knownImage(*object), *wanted).empty() ||
             exports.hasReferencesToSend(id)) {
    exports.setPending(id, object->connector, PendingOperation::kUpdate);
  } else {
    exports.removePending(id);
  }
}

TargetObjects::Confirmation TargetObjects::confirm(const store::ObjectRow& object,
                                                   std::optional<std::string_view> reported) {
  Confirmation result;
  store::Exports& exports = engine_->store->exports();
  const std::optional<store::UnconfirmedRow> sent = exports.unconfirmed(object.id);
  if (!sent) return result;
  RecordBuilder still_open;
  RecordReader reader(sent->delta);
  while (const std::optional<AttributeView> exported = reader.next()) {
    const std::optional<ValuesView> imported = directory::findAttribute(object.image, exported->id);
    const Comparison comparison = traitsOf(object, exported->id).comparison;
    const bool arrived =
        exported->values.isEmpty()
            ? !imported
            : imported && (exported->values == *imported ||
                           connectors::confirms(comparison, exported->values, *imported));
    if (arrived || comparison == Comparison::kServiceDecides) continue;
    // A delta import speaks only of some attributes, and may lag: silence proves nothing.
    if (reported && !directory::findAttribute(*reported, exported->id)) {
      still_open.addFromDelta(*exported);
      continue;
    }
    result.not_reimported.push_back(exported->id);
  }
  const std::string open = still_open.finish();
  result.all_confirmed = open.empty() && result.not_reimported.empty();
  if (open.empty()) {
    exports.removeUnconfirmed(object.id);
    if (result.all_confirmed) {
      engine_->store->changeTimes().count(
          store::ChangeStage::kConfirmed, sent->changed_at, engine_->now());
    }
  } else {
    exports.setUnconfirmed(object.id, PendingOperation::kUpdate, open, engine_->now());
  }
  return result;
}

bool TargetObjects::isLearnt(const EngineConnector& connector,
                             const store::ObjectRow& object,
                             std::string_view before,
                             const store::WantedRow& wanted,
                             const AttributeView& attribute) const {
  const AttributeTraits traits = connector.traits.of(object.type, attribute.id);
  if (!traits.writable || traits.comparison != Comparison::kServiceDecides) return false;
  const std::optional<ValuesView> last = directory::findAttribute(wanted.accepted, attribute.id);
  if (last && (*last == attribute.values || !engine_->is_follower)) return false;
  const std::optional<ValuesView> is = directory::findAttribute(object.image, attribute.id);
  if (is && *is == attribute.values) return last.has_value();
  return connector.stored_values->show(
      {object.type, attribute.id, wanted.image, before, object.image});
}

void TargetObjects::learnStored(const store::ObjectRow& object, std::string_view before) {
  const EngineConnector* connector = engine_->find(object.connector);
  if (connector == nullptr || connector->stored_values == nullptr) return;
  if (!object.has_image || object.image == before) return;
  const std::optional<store::WantedRow> wanted = engine_->store->exports().wanted(object.id);
  if (!wanted) return;
  RecordBuilder learnt;
  RecordReader reader(wanted->image);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    if (isLearnt(*connector, object, before, *wanted, *attribute)) learnt.addFromDelta(*attribute);
  }
  if (learnt.isEmpty()) return;
  engine_->store->exports().setAccepted(object.id,
                                        directory::mergeDeltas(wanted->accepted, learnt.finish()));
}

void TargetObjects::rememberAccepted(const store::ObjectRow& object, std::string_view delta) {
  RecordBuilder decided;
  RecordReader reader(delta);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    if (traitsOf(object, attribute->id).comparison == Comparison::kServiceDecides)
      decided.addFromDelta(*attribute);
  }
  const std::string changed = decided.finish();
  const std::optional<store::WantedRow> wanted = engine_->store->exports().wanted(object.id);
  if (changed.empty() || !wanted) return;
  // Cleared attributes stay in it: "we asked for absence, and that was taken".
  engine_->store->exports().setAccepted(object.id,
                                        directory::mergeDeltas(wanted->accepted, changed));
}

void TargetObjects::markExported(const store::ObjectRow& object,
                                 PendingOperation operation,
                                 std::string_view delta,
                                 std::string_view anchor) {
  store::Exports& exports = engine_->store->exports();
  const std::int64_t now = engine_->now();
  if (operation == PendingOperation::kDelete) {
    exports.setUnconfirmed(object.id, PendingOperation::kDelete, {}, now);
    exports.removePending(object.id);
    return;
  }
  if (operation == PendingOperation::kAdd) {
    engine_->store->space().setIdentity(object.id, object.type, object.state, anchor);
    exports.setUnconfirmed(object.id, PendingOperation::kAdd, delta, now);
  } else if (!delta.empty()) {
    const std::optional<store::UnconfirmedRow> before = exports.unconfirmed(object.id);
    const std::string merged =
        directory::mergeDeltas(before ? before->delta : std::string(), delta);
    exports.setUnconfirmed(
        object.id, before ? before->operation : PendingOperation::kUpdate, merged, now);
  }
  rememberAccepted(object, delta);
  refreshPending(object.id);
}

}  // namespace tandem::sync
