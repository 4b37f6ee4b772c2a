// SPDX-License-Identifier: Apache-2.0
#include "store/departures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/store.h"

namespace tandem::store {
namespace {

using testing::ElementsAre;

Departure gone(std::int64_t object, const std::string& name, std::int64_t at) {
  Departure departure;
  departure.object = ConnectorObjectId(object);
  departure.connector = ConnectorId(1);
  departure.dn = "CN=" + name + ",DC=corp";
  departure.names = name + "@example.com\n" + name;
  departure.anchor = "anchor-" + name;
  departure.kind = DepartureKind::kNotSeen;
  departure.detail = "because";
  departure.run = 7;
  departure.at = at;
  return departure;
}

TEST(Departures, AreFoundByWhateverPeopleCallTheObject) {
  const auto store = Store::open(":memory:").value();
  Departures& departures = store->departures();
  departures.add(gone(4, "anna", 100));
  departures.add(gone(5, "bert", 200));
  for (const char* text :
       {"#4", "4", "ANNA@example.com", "anna", "cn=Anna,dc=corp", "anchor-anna"}) {
    const auto found = departures.find(text, 5);
    ASSERT_EQ(found.size(), 1U) << text;
    EXPECT_EQ(found[0].object, ConnectorObjectId(4));
    EXPECT_EQ(found[0].kind, DepartureKind::kNotSeen);
    EXPECT_EQ(found[0].detail, "because");
    EXPECT_EQ(found[0].run, 7);
  }
  EXPECT_TRUE(departures.find("carl", 5).empty());
}

TEST(Departures, GoWithTheRunHistory) {
  const auto store = Store::open(":memory:").value();
  store->departures().add(gone(4, "anna", 100));
  store->departures().add(gone(5, "bert", 200));
  store->history().purge(150);
  EXPECT_TRUE(store->departures().of(ConnectorObjectId(4), 5).empty());
  EXPECT_EQ(store->departures().of(ConnectorObjectId(5), 5).size(), 1U);
}

}  // namespace
}  // namespace tandem::store
