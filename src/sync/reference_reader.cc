// SPDX-License-Identifier: Apache-2.0
#include "sync/reference_reader.h"

namespace tandem::sync {
namespace {

std::vector<std::string> namesOf(store::Store& store,
                                 ConnectorObjectId owner,
                                 AttributeId attribute,
                                 std::size_t limit) {
  std::vector<std::string> names;
  for (const ConnectorObjectId target : store.space().targets(owner, attribute)) {
    if (names.size() == limit) break;
    if (const auto row = store.space().find(target)) names.push_back(row->dn);
  }
  return names;
}

}  // namespace

std::uint32_t ObjectReferences::count(AttributeId attribute) const {
  return static_cast<std::uint32_t>(store_->space().referenceCount(object_, attribute));
}

std::vector<std::string> ObjectReferences::values(AttributeId attribute, std::size_t limit) const {
  return namesOf(*store_, object_, attribute, limit);
}

bool ObjectReferences::isMemberOf(std::string_view group_dn) const {
  const auto group = store_->space().findByDn(connector_, group_dn);
  const auto member = store_->names().attributes().find("member");
  return group && member && store_->space().hasReference(*group, *member, object_);
}

std::uint32_t MetaverseReferences::count(AttributeId attribute) const {
  std::uint32_t total = 0;
  for (const rules::ReferenceFlow& flow : flows_) {
    if (flow.target != attribute) continue;
    total += static_cast<std::uint32_t>(
        store_->space().referenceCount(flow.source, flow.source_attribute));
  }
  return total;
}

std::vector<std::string> MetaverseReferences::values(AttributeId attribute,
                                                     std::size_t limit) const {
  for (const rules::ReferenceFlow& flow : flows_) {
    if (flow.target == attribute)
      return namesOf(*store_, flow.source, flow.source_attribute, limit);
  }
  return {};
}

}  // namespace tandem::sync
