// SPDX-License-Identifier: Apache-2.0
#include "sync/attribute_checks.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/engine_for_test.h"
#include "sync/export_queue.h"

namespace tandem::sync {
namespace {

using directory::RecordBuilder;
using directory::ValueType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Values = std::vector<std::pair<std::string, std::string>>;
using Found = std::vector<std::string>;  // "3 alias-duplicate 4"

class AttributeChecksTest : public ::testing::Test {
 protected:
  AttributeChecksTest() : store_(std::move(store::Store::open(":memory:")).value()) {
    tenant_ = store_->names().connector("entra");
    user_ = ObjectTypeId(store_->names().objectTypes().intern("user"));
    for (const std::string_view name : checks::kAttributeNames)
      store_->names().attributes().intern(name);
    checker_ = std::make_unique<checks::AttributeChecker>(
        store_->names().attributes(), store_->names().objectTypes(), checks::TenantFacts());
  }

  std::string image(const Values& values) {
    RecordBuilder builder;
    for (const auto& [name, value] : values) {
      builder.add(store_->names().attributes().intern(name),
                  ValueType::kString,
                  name == "proxyAddresses",
                  value);
    }
    return builder.finish();
  }
  ConnectorObjectId object(const std::string& imported = {}) {
    const std::string dn = "CN=" + std::to_string(++last_dn_);
    return store_->space().insert(
        {tenant_,
         user_,
         0,
         dn,
         dn,
         imported.empty() ? std::nullopt : std::optional<std::string_view>(imported),
         {}});
  }
  ConnectorObjectId wanted(const Values& values) {
    const ConnectorObjectId id = object();
    want(id, values);
    return id;
  }
  void want(ConnectorObjectId id, const Values& values) {
    store_->exports().setWanted(id, image(values), "");
  }
  static Values person(const std::string& name) {
    return {{"userPrincipalName", name + "@contoso.com"}, {"displayName", name}, {"alias", name}};
  }

  AttributeChecks checks() { return {*store_, tenant_, *checker_, fingerprint_}; }
  void update() {
    const Result<void> done = checks().bringUpToDate();
    ASSERT_TRUE(done.ok()) << done.error().message();
  }
  static std::string line(ConnectorObjectId id, std::string_view check, ConnectorObjectId other) {
    return std::to_string(id.raw()) + " " + std::string(check) +
           (other.raw() == 0 ? "" : " " + std::to_string(other.raw()));
  }
  Found stored() {
    Found found;
    for (std::int64_t id = 1; id <= store_->space().maxId(); ++id) {
      for (const store::FindingRow& row : store_->checks().findings(ConnectorObjectId(id)))
        found.push_back(line(ConnectorObjectId(id), row.check, row.other));
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  Found scanned() {
    std::set<std::string> found;
    checks().scan([&](const CheckedObject& one) {
      for (const checks::Finding& finding : *one.findings)
        found.insert(line(one.id, finding.check->id, finding.other));
    });
    return {found.begin(), found.end()};
  }

  std::unique_ptr<store::Store> store_;
  ConnectorId tenant_;
  ObjectTypeId user_;
  std::unique_ptr<checks::AttributeChecker> checker_;
  std::string fingerprint_ = "1";
  int last_dn_ = 0;
};

TEST_F(AttributeChecksTest, AValueOfTwoIsAFindingOfBothUntilOneLetsGo) {
  const ConnectorObjectId ada = wanted(person("ada"));
  update();
  EXPECT_THAT(stored(), IsEmpty());
  const ConnectorObjectId other = wanted(person("ada"));
  update();
  EXPECT_THAT(stored(),
              ElementsAre("1 alias-duplicate 2",
                          "1 userPrincipalName-duplicate 2",
                          "2 alias-duplicate 1",
                          "2 userPrincipalName-duplicate 1"));
  EXPECT_TRUE(store_->checks().hasError(ada));
  want(other, person("eve"));
  update();
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_FALSE(store_->checks().hasError(ada));
}

TEST_F(AttributeChecksTest, AnObjectOfTheTenantThatIsNotOursCollides) {
  wanted(person("ada"));
  update();
  const ConnectorObjectId theirs = object(image({{"proxyAddresses", "smtp:ada@contoso.com"}}));
  store_->checks().importedChanged(theirs);
  update();
  EXPECT_THAT(stored(), ElementsAre("1 userPrincipalName-address 2"));
  store_->space().remove(theirs);
  update();
  EXPECT_THAT(stored(), IsEmpty());
}

TEST_F(AttributeChecksTest, OfThreeThatShareAValueTwoStillDo) {
  const ConnectorObjectId first = wanted(person("ada"));
  wanted(person("ada"));
  wanted(person("ada"));
  update();
  want(first, person("eve"));
  update();
  EXPECT_THAT(stored(),
              ElementsAre("2 alias-duplicate 3",
                          "2 userPrincipalName-duplicate 3",
                          "3 alias-duplicate 2",
                          "3 userPrincipalName-duplicate 2"));
}

TEST_F(AttributeChecksTest, AnotherFingerprintFindsAnew) {
  wanted({{"userPrincipalName", "ada.@contoso.com"}, {"displayName", "Ada"}, {"alias", "ada"}});
  update();
  EXPECT_THAT(stored(), ElementsAre("1 userPrincipalName-end"));
  const std::vector<std::string> ignored = {"userPrincipalName-end"};
  checker_ = std::make_unique<checks::AttributeChecker>(
      store_->names().attributes(), store_->names().objectTypes(), checks::TenantFacts(), ignored);
  update();
  EXPECT_THAT(stored(), ElementsAre("1 userPrincipalName-end"));  // nobody told
  fingerprint_ = "2";
  update();
  EXPECT_THAT(stored(), ElementsAre("1 userPrincipalName-local-part"));
}

TEST_F(AttributeChecksTest, AnotherTenantIsAnotherWorld) {
  wanted(person("ada"));
  const ConnectorId second = store_->names().connector("entra 2");
  const ConnectorObjectId there =
      store_->space().insert({second, user_, 0, "x", "CN=x", std::nullopt, {}});
  want(there, person("ada"));
  update();
  AttributeChecks in_second(*store_, second, *checker_, "1");
  ASSERT_TRUE(in_second.bringUpToDate().ok());
  EXPECT_THAT(stored(), IsEmpty());
  want(there, {{"alias", ".x"}, {"userPrincipalName", "x@contoso.com"}, {"displayName", "x"}});
  update();  // leaves the other tenant's object to the other tenant's checks
  EXPECT_THAT(stored(), IsEmpty());
  ASSERT_TRUE(in_second.bringUpToDate().ok());
  EXPECT_THAT(stored(), ElementsAre("2 alias-first-period"));
}

TEST_F(AttributeChecksTest, NothingIsWrittenWhenNothingChanged) {
  const ConnectorObjectId ada = wanted(person("ada"));
  wanted(person("ada"));
  update();
  want(ada, person("ada"));
  const std::int64_t before = store_->database().totalChanges();
  update();
  // The note that it changed goes, and nothing else.
  EXPECT_EQ(store_->database().totalChanges(), before + 1);
  update();
  EXPECT_EQ(store_->database().totalChanges(), before + 1);
}

TEST_F(AttributeChecksTest, FindingAllAnewWritesWhatDiffersAlone) {
  const ConnectorObjectId ada = wanted(person("ada"));
  wanted(person("ada"));
  const ConnectorObjectId gone = object(image({{"proxyAddresses", "smtp:ada@contoso.com"}}));
  update();
  const Found before = stored();
  const std::int64_t changes = store_->database().totalChanges();
  fingerprint_ = "2";
  update();
  EXPECT_EQ(stored(), before);
  EXPECT_EQ(store_->database().totalChanges(), changes + 2);  // the old fingerprint, the new one
  store_->space().remove(gone);
  want(ada, person("eve"));
  fingerprint_ = "3";
  update();
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_EQ(stored(), scanned());
}

// Whatever happens: the findings kept from cycle to cycle are those of looking at everything.
TEST_F(AttributeChecksTest, KeptFindingsAreThoseOfAFreshLook) {
  std::mt19937 random(20261126);
  const auto upTo = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto value = [&] { return "v" + std::to_string(upTo(12)) + (upTo(9) == 0 ? "." : ""); };
  const auto values = [&] {
    Values made = {{"displayName", "x"}};
    if (upTo(3) > 0) made.emplace_back("userPrincipalName", value() + "@contoso.com");
    if (upTo(3) > 0) made.emplace_back("mail", value() + "@contoso.com");
    if (upTo(2) > 0) made.emplace_back("proxyAddresses", "smtp:" + value() + "@contoso.com");
    if (upTo(2) > 0) made.emplace_back("proxyAddresses", "X500:/cn=" + value());
    if (upTo(4) > 0) made.emplace_back("alias", value());
    made.emplace_back("sourceAnchor", (upTo(2) == 0 ? "A" : "a") + std::to_string(upTo(40)));
    return made;
  };
  std::vector<ConnectorObjectId> alive;
  update();
  for (int round = 0; round < 150; ++round) {
    for (int step = upTo(4); step >= 0; --step) {
      const int what = upTo(10);
      if (alive.size() < 5 || (what < 3 && alive.size() < 25)) {
        alive.push_back(wanted(values()));
        continue;
      }
      const std::size_t at = static_cast<std::size_t>(upTo(static_cast<int>(alive.size())));
      if (what < 7) {
        want(alive[at], values());
      } else if (what == 7) {
        store_->exports().removeWanted(alive[at]);
      } else if (what == 8) {
        store_->space().setImage(alive[at], image(values()), {});
        store_->checks().importedChanged(alive[at]);
      } else if (alive.size() > 8) {
        store_->space().remove(alive[at]);
        alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    update();
    ASSERT_EQ(stored(), scanned()) << "round " << round;
  }
  EXPECT_GT(stored().size(), 10U);
}

TEST(HeldBack, AnErrorKeepsAddsAndUpdatesHereAndDeletionsGoOut) {
  EngineForTest server;
  server.importFull({server.user("ada", {{"displayName", "Ada"}}), server.user("bob", {})});
  server.synchronize(server.corp);
  store::Store& store = *server.store;
  const auto ada = store.space().findByDn(server.cloud, "CN={sa-ada}");
  ASSERT_TRUE(ada);
  store.checks().setFindings(*ada, {{"displayName-length", {}, true}, {"alias-blank", {}, false}});
  ExportQueue queue(server.engine, server.cloud, server, /*run=*/1);
  EXPECT_EQ(queue.next(store::PendingOperation::kAdd, 10).size(), 2U);
  queue.rewind();
  queue.holdBackOffending();
  const auto items = queue.next(store::PendingOperation::kAdd, 10);
  ASSERT_EQ(items.size(), 1U);
  EXPECT_NE(items[0].id, *ada);
  ASSERT_TRUE(queue.flush().ok());
  EXPECT_EQ(queue.heldBack(), 1);
  ASSERT_EQ(server.problems.size(), 1U);
  EXPECT_EQ(server.problems[0].type, kAttributeCheckError);
  EXPECT_EQ(server.problems[0].code, "displayName-length");
  EXPECT_THAT(server.problems[0].message,
              ::testing::AllOf(::testing::HasSubstr("displayName has more than 256 characters"),
                               ::testing::Not(::testing::HasSubstr("alias"))));
  store.exports().setPending(*ada, server.cloud, store::PendingOperation::kDelete);
  queue.rewind();
  EXPECT_EQ(queue.next(store::PendingOperation::kDelete, 10).size(), 1U);
}

}  // namespace
}  // namespace tandem::sync
