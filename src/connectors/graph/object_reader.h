// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/graph/attribute_map.h"
#include "connectors/graph/json_reading.h"
#include "directory/record.h"

namespace tandem::connectors::graph {

// What an object of an answer is to us.
enum class Reading : std::uint8_t {
  kOurs,      // carries a source anchor: the item is filled
  kForeign,   // nobody synchronizes it
  kUnsaid,    // a change that does not name the anchor: it was ours if it is known
  kRemoved,   // @removed
  kNonsense,  // no id, or values of a wrong type
};

// Turns one JSON object into an ImportItem. Reused from object to object.
class ObjectReader {
 public:
  // Only these attributes get into images; the anchors always do.
  ObjectReader(const AttributeMap& map, Kind kind, std::span<const AttributeId> wanted);

  // partial: null means "cleared" and what is absent is unchanged. Otherwise both mean "not there".
  Reading read(const JsonElement& object, bool partial, ImportItem& out);
  // The object's id of the last read(), which lives as long as its JSON.
  std::string_view id() const { return id_; }
  // The answer named members, or said where more of them are.
  bool quarantined() const { return quarantined_; }

 private:
  bool readField(std::string_view key, const JsonElement& value);
  bool readRow(const AttributeRow& row, const JsonElement& value);
  bool readList(const AttributeRow& row, const JsonElement& value);
  bool readExtensions(const JsonElement& value);
  bool readPhones(const JsonElement& value);
  bool readAddresses(const JsonElement& value);
  bool readReferences(std::string_view key, const JsonElement& value);
  void readQuarantine(const JsonElement& errors);
  void clearOf(const AttributeRow& row);
  bool isWanted(AttributeId id) const;
  void finish(ImportItem& out);

  const AttributeMap& map_;
  Kind kind_;
  std::vector<bool> wanted_;  // by attribute id
  std::vector<const AttributeRow*> extensions_;
  std::vector<const AttributeRow*> phones_;
  std::vector<const AttributeRow*> addresses_;

  bool partial_ = false;
  bool quarantined_ = false;
  bool anchor_said_ = false;
  std::string_view id_;
  std::string anchor_;  // the source anchor
  std::string_view quarantined_upn_;
  std::vector<std::string_view> quarantined_addresses_;
  directory::RecordBuilder builder_;
  ImportItem* out_ = nullptr;
};

// "User_<id>" by "@odata.type"; empty for types that are never synchronized (service principals …).
std::string cloudAnchorOf(const JsonElement& reference);

}  // namespace tandem::connectors::graph
