// SPDX-License-Identifier: Apache-2.0
//
// Which containers are read. The most specific entry wins, as in Entra Connect: "all of the domain
// but not OU=Service" and "only OU=Sales, without OU=Temps below it" are both lists of DNs. A new
// OU below a listed one follows it. What no entry covers is read when the topmost entries are
// exclusions, and is not when one of them is an inclusion.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "connectors/directory_settings.h"

namespace tandem::connectors::entry {

class ContainerScope {
 public:
  // Error: an entry that is no DN, or one that is both included and excluded.
  static Result<ContainerScope> fromFilter(const ContainerFilter& filter);

  bool readsEverything() const { return rules_.empty(); }
  // Keys are those of directory::dnKey().
  bool covers(std::string_view dn_key) const;
  // True for what stands above an included container: needed for the tree, not read otherwise.
  bool isAboveIncluded(std::string_view dn_key) const;
  // True when an entry stands strictly below: moving such a container changes what the list means.
  bool hasEntryBelow(std::string_view dn_key) const;
  // The DNs from which reading may start instead of the base; empty: the base itself.
  std::vector<std::string> searchBases() const;
  // The same text for the same filter: part of a watermark's fingerprint.
  std::string fingerprint() const;

 private:
  std::unordered_map<std::string, bool> rules_;         // by key: included?
  std::unordered_map<std::string, std::string> texts_;  // key → DN as given
  bool uncovered_ = true;
};

// True when key is that of top itself or of something below it.
bool isUnderKey(std::string_view key, std::string_view top);

}  // namespace tandem::connectors::entry
