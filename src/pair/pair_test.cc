// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <gtest/gtest.h>

#include "pair/grant_issuer.h"

namespace tandem::pair {
namespace {

class GrantTest : public testing::Test {
 protected:
  GrantTest() : store(std::move(store::Store::open(":memory:")).value()), issuer(*store) {}

  std::unique_ptr<store::Store> store;
  GrantIssuer issuer;
};

TEST_F(GrantTest, AServerWithoutARoleCannotWrite) {
  EXPECT_EQ(issuer.role(), Role::kStaging);
  EXPECT_EQ(issuer.issue().error().code(), ErrorCode::kStoppedByGuard);
}

TEST_F(GrantTest, StagingBecomesActiveOnlyByWayOfActivating) {
  ASSERT_TRUE(issuer.initialize(Role::kStaging).ok());
  EXPECT_FALSE(issuer.change(Role::kActive).ok());
  ASSERT_TRUE(issuer.change(Role::kActivating).ok());
  EXPECT_FALSE(issuer.issue().ok());
  ASSERT_TRUE(issuer.change(Role::kActive).ok());
  EXPECT_EQ(issuer.issue().value().epoch(), 1u);
}

TEST_F(GrantTest, ARoleThatIsNotKnownIsStaging) {
  store->setSetting("role", "emperor");
  EXPECT_EQ(issuer.role(), Role::kStaging);
}

TEST_F(GrantTest, AServerInitializedOnceKeepsItsRole) {
  ASSERT_TRUE(issuer.initialize(Role::kActive).ok());
  ASSERT_TRUE(issuer.initialize(Role::kStaging).ok());
  EXPECT_EQ(issuer.role(), Role::kActive);
}

}  // namespace
}  // namespace tandem::pair
