// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync/engine.h"

namespace tandem::sync {

// What rules may ask of the references of a connector-space object.
class ObjectReferences : public rules::ReferenceReader {
 public:
  ObjectReferences(store::Store& store, ConnectorId connector, ConnectorObjectId object)
      : store_(&store), connector_(connector), object_(object) {}
  std::uint32_t count(AttributeId attribute) const override;
  std::vector<std::string> values(AttributeId attribute, std::size_t limit) const override;
  bool isMemberOf(std::string_view group_dn) const override;

 private:
  store::Store* store_;
  ConnectorId connector_;
  ConnectorObjectId object_;
};

// The same for a metaverse object: its references are those of the object that supplies them.
class MetaverseReferences : public rules::ReferenceReader {
 public:
  MetaverseReferences(store::Store& store, std::vector<rules::ReferenceFlow> flows)
      : store_(&store), flows_(std::move(flows)) {}
  std::uint32_t count(AttributeId attribute) const override;
  std::vector<std::string> values(AttributeId attribute, std::size_t limit) const override;
  bool isMemberOf(std::string_view) const override { return false; }

 private:
  store::Store* store_;
  std::vector<rules::ReferenceFlow> flows_;
};

}  // namespace tandem::sync
