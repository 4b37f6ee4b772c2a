// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "home/home.h"
#include "policy/policy_document.h"

namespace tandem::run {

struct Container {
  std::string dn;
  std::string name;          // of its last part: "Sales"
  bool is_included = false;  // objects right in it are read
  bool is_listed = false;    // the policy names it; otherwise it follows what is above
};

// The containers right below one, whether the policy reads them or not: the directory is asked.
// parent empty: the topmost.
Result<std::vector<Container>> containersBelow(const home::Home& home,
                                               const policy::ConnectorPolicy& connector,
                                               const std::string& parent);

// Puts the lists into the connector's partitions, each DN into the one it lies in. Partitions that
// the policy does not name yet are added. kInvalidArgument: a DN that is none, is in both lists, or
// lies in no partition.
Result<void> selectContainers(const home::Home& home,
                              policy::ConnectorPolicy& connector,
                              const std::vector<std::string>& included,
                              const std::vector<std::string>& excluded);

}  // namespace tandem::run
