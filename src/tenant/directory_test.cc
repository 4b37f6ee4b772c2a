// SPDX-License-Identifier: Apache-2.0
#include "tenant/directory.h"

#include <filesystem>
#include <set>

#include <stdlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenant/store.h"

namespace tandem::tenant {
namespace {

PropertyChanges named(const std::string& name) {
  return {{Property::kDisplayName, Value(name)},
          {Property::kUserPrincipalName, Value(name + "@lab.example")}};
}

std::vector<std::uint32_t> membersOf(const MemberList& list) {
  std::vector<std::uint32_t> members;
  for (const auto* entry = list.after(0); entry != list.end(); ++entry) {
    if (entry->member != 0) members.push_back(entry->member);
  }
  return members;
}

TEST(MemberList, KeepsOrderThroughGrowthAndRemoval) {
  MemberList list;
  std::uint64_t change = 0;
  for (std::uint32_t member = 1; member <= 1000; ++member)
    EXPECT_TRUE(list.add(member, ++change));
  EXPECT_FALSE(list.add(500, ++change));
  for (std::uint32_t member = 1; member <= 1000; ++member) {
    if (member % 10 != 0) {
      EXPECT_EQ(list.remove(member, ++change), member);
    }
  }
  EXPECT_EQ(list.remove(1, ++change), std::nullopt);
  EXPECT_EQ(list.size(), 100U);
  const auto members = membersOf(list);
  EXPECT_EQ(members.size(), 100U);
  EXPECT_TRUE(std::is_sorted(members.begin(), members.end()));
  EXPECT_EQ(list.removals().size(), 900U);
  EXPECT_TRUE(list.add(1, ++change));
  EXPECT_EQ(membersOf(list).back(), 1U);
}

TEST(MemberList, PagesByChangeNumberAcrossRemovals) {
  MemberList list;
  for (std::uint32_t member = 1; member <= 100; ++member)
    list.add(member, member * 10);
  const auto* page = list.after(500);
  EXPECT_EQ(page->member, 51U);
  for (std::uint32_t member = 1; member <= 90; ++member)
    list.remove(member, 2000 + member);
  const auto* next = list.after(500);
  while (next->member == 0)
    ++next;  // holes may be there or not
  EXPECT_EQ(next->change, 910U);
}

class DirectoryOnDisk : public testing::Test {
 protected:
  DirectoryOnDisk() {
    char pattern[] = "/tmp/tandem-tenant-test-XXXXXX";
    folder_ = ::mkdtemp(pattern);
  }
  ~DirectoryOnDisk() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Store> open() {
    auto store = Store::open(folder_ + "/tenant.db");
    EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message());
    return store.ok() ? std::move(store).value() : nullptr;
  }

  std::string folder_;
};

TEST_F(DirectoryOnDisk, ComesBackAsItWas) {
  Guid boss_id, user_id, group_id;
  ChangeNumber last = 0;
  {
    const auto store = open();
    Directory directory(*store);
    const Object& boss = directory.create(Kind::kUser, named("boss"), 1000);
    const Object& user = directory.create(Kind::kUser, named("user"), 2000);
    const Object& gone = directory.create(Kind::kUser, named("gone"), 2000);
    const Object& group =
        directory.create(Kind::kGroup, {{Property::kUniqueName, Value(std::string("g"))}}, 3000);
    directory.setManager(user, &boss);
    directory.addMember(group, user);
    directory.addMember(group, boss);
    directory.removeMember(group, boss);
    directory.addOwner(group, boss);
    directory.softDelete(boss, 5);
    directory.purge(gone);
    boss_id = boss.id;
    user_id = user.id;
    group_id = group.id;
    last = directory.lastChange();
    EXPECT_TRUE(store->waitDurable());
  }
  const auto store = open();
  Directory directory(*store);
  ASSERT_TRUE(store->load(directory).ok());
  EXPECT_EQ(directory.lastChange(), last);
  EXPECT_EQ(directory.count(Kind::kUser, ObjectState::kActive), 1U);
  EXPECT_EQ(directory.count(Kind::kUser, ObjectState::kPurged), 1U);
  const Object* boss = directory.find(boss_id);
  const Object* user = directory.find(user_id);
  const Object* group = directory.find(group_id);
  ASSERT_TRUE(boss && user && group);
  EXPECT_EQ(boss->state, ObjectState::kSoftDeleted);
  EXPECT_EQ(boss->direct_reports, std::vector<ObjectNumber>{user->number});
  EXPECT_EQ(user->text(Property::kUserPrincipalName), "user@lab.example");
  EXPECT_EQ(user->created, 2);
  EXPECT_THAT(membersOf(group->members), testing::ElementsAre(user->number));
  EXPECT_EQ(group->members.removals().size(), 1U);
  EXPECT_EQ(group->owners, std::vector<ObjectNumber>{boss->number});
  EXPECT_EQ(directory.findBy(Kind::kUser, Property::kUserPrincipalName, "USER@LAB.example").size(),
            1U);
  EXPECT_TRUE(directory.findBy(Kind::kUser, Property::kDisplayName, "gone").empty());
}

TEST_F(DirectoryOnDisk, RemovalsAreForgottenInHalvesAndThatIsRemembered) {
  constexpr std::size_t kMax = 100;
  ChangeNumber from = 0;
  {
    const auto store = open();
    Directory directory(*store, kMax);
    const Object& group = directory.create(Kind::kGroup, named("group"), 0);
    const Object& user = directory.create(Kind::kUser, named("user"), 0);
    for (std::size_t i = 0; i < 10 * kMax; ++i) {
      directory.addMember(group, user);
      directory.removeMember(group, user);
      ASSERT_LE(group.members.removals().size(), kMax);
    }
    from = directory.deltasFrom();
    EXPECT_GT(from, 0U);
    EXPECT_LT(from, directory.lastChange());
    EXPECT_GT(group.members.removals().front().change, from);
    EXPECT_TRUE(store->waitDurable());
  }
  const auto store = open();
  Directory directory(*store, kMax);
  ASSERT_TRUE(store->load(directory).ok());
  EXPECT_EQ(directory.deltasFrom(), from);
  EXPECT_GT(directory.at(1).members.removals().front().change, from);
}

TEST_F(DirectoryOnDisk, ASecondTenantOnTheSameFolderIsRefused) {
  const auto store = open();
  const auto second = Store::open(folder_ + "/tenant.db");
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message(), testing::HasSubstr("another tandem-tenant"));
}

TEST_F(DirectoryOnDisk, SettingsArePutAndRemoved) {
  {
    const auto store = open();
    store->putSetting("a", "1");
    store->putSetting("b", "2");
    store->removeSetting("a");
    EXPECT_TRUE(store->waitDurable());
  }
  EXPECT_THAT(open()->loadSettings().value(), testing::ElementsAre(testing::Pair("b", "2")));
}

TEST(Directory, AnUpdateOfTheSameValuesIsNoChange) {
  const auto store = Store::open("");
  Directory directory(*store.value());
  const Object& user = directory.create(Kind::kUser, named("a"), 0);
  const ChangeNumber before = directory.lastChange();
  EXPECT_FALSE(directory.update(user, named("a")));
  EXPECT_EQ(directory.lastChange(), before);
  EXPECT_TRUE(directory.update(user, {{Property::kDisplayName, std::nullopt}}));
  EXPECT_TRUE(directory.findBy(Kind::kUser, Property::kDisplayName, "a").empty());
}

TEST(Directory, TheChangeLogFindsEachObjectOnceHoweverOftenItChanged) {
  const auto store = Store::open("");
  Directory directory(*store.value());
  for (int i = 0; i < 10; ++i)
    directory.create(Kind::kUser, named(std::to_string(i)), 0);
  for (int i = 0; i < 5000; ++i) {
    directory.update(directory.at(1 + static_cast<ObjectNumber>(i % 10)),
                     {{Property::kCity, Value(std::to_string(i))}});
  }
  std::set<ObjectNumber> seen;
  for (const auto& entry : directory.changes(Kind::kUser)) {
    if (directory.at(entry.number).changed == entry.change) {
      EXPECT_TRUE(seen.insert(entry.number).second);
    }
  }
  EXPECT_EQ(seen.size(), 10U);
  EXPECT_LT(directory.changes(Kind::kUser).size(), 5000U);
}

TEST(ValueIndex, HoldsManyUnderOneKeyAndReusesWhatWasRemoved) {
  ValueIndex index;
  const auto count = [&](std::uint64_t key) {
    int found = 0;
    index.forEach(key, [&](std::uint32_t) { ++found; });
    return found;
  };
  EXPECT_EQ(count(1), 0);
  for (std::uint32_t i = 1; i <= 5000; ++i)
    index.add(i % 100 == 0 ? 7 : i * 2048, i);
  EXPECT_EQ(count(7), 50);
  for (std::uint32_t i = 1; i <= 4000; ++i)
    index.remove(i % 100 == 0 ? 7 : i * 2048, i);
  EXPECT_EQ(count(7), 10);
  EXPECT_EQ(count(2048), 0);
  EXPECT_EQ(count(4999 * 2048), 1);
  for (std::uint32_t i = 1; i <= 4000; ++i)
    index.add(i * 2048 + 1, i);
  EXPECT_EQ(count(3999 * 2048 + 1), 1);
}

TEST(ObjectRecord, RefusesDamage) {
  Object object;
  object.id = Guid::random();
  object.set(Property::kDisplayName, Value(std::string("x")));
  object.set(Property::kProxyAddresses, Value(std::vector<std::string>{"a", "b"}));
  object.set(Property::kAccountEnabled, Value(true));
  const std::string bytes = encodeObject(object);
  ASSERT_TRUE(decodeObject(bytes));
  EXPECT_EQ(decodeObject(bytes)->properties, object.properties);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decodeObject(std::string_view(bytes).substr(0, length))) << length;
  }
}

TEST(TenantGuid, RoundTrips) {
  const Guid id = Guid::random();
  EXPECT_EQ(Guid::parse(id.toString()), id);
  EXPECT_EQ(id.toString()[14], '4');
  EXPECT_FALSE(Guid::parse("00000000-0000-0000-0000-00000000000"));
  EXPECT_FALSE(Guid::parse("00000000x0000-0000-0000-000000000000"));
}

}  // namespace
}  // namespace tandem::tenant
