// SPDX-License-Identifier: Apache-2.0
#include "connectors/entry/known_attributes.h"

#include <gtest/gtest.h>

#include "rules/default_rules.h"

namespace tandem::run {
namespace {

// Rules are checked against the one before a directory was ever read, and against the other then: a
// policy that passes its check must not be refused by the first run.
TEST(KnownAttributes, AreTypedAsTheSchemaThatRulesAreCheckedWith) {
  directory::AttributeTable attributes;
  const directory::Schema schema = rules::activeDirectorySchema(attributes);
  for (const directory::AttributeDefinition& definition : schema.definitions()) {
    const std::string& name = attributes.name(definition.id);
    const auto known = connectors::entry::findKnownAttribute(name);
    if (!known) continue;
    EXPECT_EQ(known->type, definition.type) << name;
    EXPECT_EQ(known->multi, definition.multi) << name;
  }
}

}  // namespace
}  // namespace tandem::run
