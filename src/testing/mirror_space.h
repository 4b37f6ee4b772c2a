// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"

namespace tandem::testing {

// The plainest reading of the import contract: applies items one by one in the order they come. A
// delta import is right when the mirror then equals one that was filled by a full import.
class MirrorSpace final : public connectors::ImportSink, public connectors::KnownObjects {
 public:
  struct Object {
    std::string dn;
    std::int64_t type = 0;
    bool is_container = false;
    std::string image;
    // attribute → targets, by anchor where it is known, else by DN key
    std::map<std::uint32_t, std::set<std::string>> references;
  };

  void begin(bool full);  // of an import
  void end(const connectors::ImportOutcome& outcome);

  Result<void> take(std::vector<connectors::ImportItem>& items,
                    connectors::Watermark reached) override;
  void countFiltered(std::uint64_t objects, std::uint64_t deletions) override;
  void expect(std::uint64_t) override {}
  bool isCancelled() const override { return false; }
  void becomesFull(const std::string& reason) override;

  std::optional<std::string> dnOf(std::string_view anchor) const override;

  const std::map<std::string, Object>& objects() const { return objects_; }  // by anchor
  const Object* findByDn(std::string_view dn) const;
  // What differs from the other, in words; empty when nothing does.
  std::vector<std::string> differencesTo(const MirrorSpace& other) const;

  // Of the last import.
  std::size_t items = 0;
  std::size_t partial_items = 0;
  std::size_t present_items = 0;
  std::vector<std::string> errors;  // of items
  std::string full_reason;
  std::uint64_t filtered = 0;

 private:
  void apply(connectors::ImportItem& item);
  void rename(Object& object, const std::string& dn, bool is_container);
  void applyReferences(Object& object, const connectors::ImportItem& item);
  void removeObject(const std::string& anchor);
  std::string target(const connectors::ImportedReference& reference) const;

  std::map<std::string, Object> objects_;
  std::set<std::string> seen_;
  bool full_ = false;
};

}  // namespace tandem::testing
