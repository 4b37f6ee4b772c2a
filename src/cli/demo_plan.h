// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "connectors/ldif/forest.h"
#include "home/home.h"

namespace tandem::cli {

// The invented organisation of a home folder: which forest it is (state/demo.json), and how many
// people have been hired into it since.
struct DemoPlan {
  connectors::ldif::ForestPlan forest;
  std::uint64_t hired = 0;

  static Result<DemoPlan> load(const home::Home& home);
  Result<void> save(const home::Home& home) const;
};

// The folder of the policy's first LDIF connector.
Result<std::string> demoFolder(const home::Home& home);

}  // namespace tandem::cli
