// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"

namespace tandem::rule_test {

// A directory that exports go to, as a test of rules needs one: it takes every write, and shows at
// the next import what it holds. What a real one refuses is no matter of rules.
class RehearsedTenant {
 public:
  struct Object {
    directory::ObjectTypeId type;
    std::string dn;
    std::string image;                                                      // without references
    std::map<directory::AttributeId, std::vector<std::string>> references;  // anchors
  };

  // Its anchor stands in the attribute "cloudAnchor" of each object, as in Entra ID.
  explicit RehearsedTenant(directory::AttributeId anchor_attribute)
      : anchor_attribute_(anchor_attribute) {}

  std::string newAnchor(std::string_view type_name);
  void put(const std::string& anchor, Object object) { objects_[anchor] = std::move(object); }
  void remove(const std::string& anchor);
  void apply(const connectors::ExportItem& item, const std::string& anchor);
  std::vector<connectors::ImportItem> everything() const;
  const Object* find(const std::string& anchor) const;

 private:
  directory::AttributeId anchor_attribute_;
  std::map<std::string, Object> objects_;  // by anchor
  int last_anchor_ = 0;
};

}  // namespace tandem::rule_test
