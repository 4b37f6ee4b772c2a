// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "directory/schema.h"
#include "policy/policy_document.h"
#include "store/store.h"

namespace tandem::run {

// What compiling rules needs to know of a connected directory. Kept in the store, so that a delta
// cycle, and every command that only reads, asks no directory.
struct ConnectorFacts {
  directory::Schema schema;
  std::map<std::string, std::string, std::less<>> parameters;

  friend bool operator==(const ConnectorFacts& a, const ConnectorFacts& b);
};

std::optional<ConnectorFacts> rememberedFacts(store::Store& store,
                                              directory::ConnectorId connector);
Result<void> rememberFacts(store::Store& store,
                           directory::ConnectorId connector,
                           const ConnectorFacts& facts);

// Adds what the standard rules may name although this very directory does not have it: a forest
// without Exchange has no mailNickname, and rules that read it see it absent.
void completeSchema(const policy::ConnectorPolicy& policy,
                    directory::AttributeTable& attributes,
                    directory::Schema& schema);

}  // namespace tandem::run
