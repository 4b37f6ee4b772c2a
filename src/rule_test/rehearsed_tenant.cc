// SPDX-License-Identifier: Apache-2.0
#include "rule_test/rehearsed_tenant.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "directory/delta.h"

namespace tandem::rule_test {

std::string RehearsedTenant::newAnchor(std::string_view type_name) {
  const std::string prefix = toUpperCase(type_name.substr(0, 1)) + std::string(type_name.substr(1));
  return fmt::format("{}_00000000-0000-4000-8000-{:012x}", prefix, ++last_anchor_);
}

void RehearsedTenant::remove(const std::string& anchor) {
  objects_.erase(anchor);
  for (auto& [other, object] : objects_) {
    for (auto& [attribute, targets] : object.references)
      std::erase(targets, anchor);
  }
}

void RehearsedTenant::apply(const connectors::ExportItem& item, const std::string& anchor) {
  if (item.operation == connectors::ExportOperation::kDelete) return remove(anchor);
  Object& object = objects_[anchor];
  object.type = item.type;
  object.dn = item.dn;
  object.image = directory::applyDelta(object.image, item.image);
  for (const connectors::ExportedReference& reference : item.references) {
    std::vector<std::string>& targets = object.references[reference.attribute];
    if (reference.add) {
      targets.push_back(reference.target_anchor);
    } else {
      std::erase(targets, reference.target_anchor);
    }
  }
}

std::vector<connectors::ImportItem> RehearsedTenant::everything() const {
  std::vector<connectors::ImportItem> items;
  for (const auto& [anchor, object] : objects_) {
    connectors::ImportItem item;
    item.type = object.type;
    item.anchor = anchor;
    item.dn = object.dn;
    directory::RecordBuilder image;
    directory::RecordReader reader(object.image);
    while (const auto attribute = reader.next()) {
      if (attribute->id != anchor_attribute_ && !attribute->values.isEmpty())
        image.addAll(attribute->id, attribute->values);
    }
    image.addString(anchor_attribute_, anchor);
    item.image = image.finish();
    for (const auto& [attribute, targets] : object.references) {
      for (const std::string& target : targets)
        item.references.push_back({attribute, connectors::ReferenceChange::kAdd, {}, target});
    }
    items.push_back(std::move(item));
  }
  return items;
}

const RehearsedTenant::Object* RehearsedTenant::find(const std::string& anchor) const {
  const auto found = objects_.find(anchor);
  return found == objects_.end() ? nullptr : &found->second;
}

}  // namespace tandem::rule_test
