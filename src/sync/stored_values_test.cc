// SPDX-License-Identifier: Apache-2.0
//
// Values that the tenant stores otherwise than they were sent, and a server that has not sent them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "directory/delta.h"
#include "sync/engine_for_test.h"
#include "sync/target_object.h"

namespace tandem::sync {
namespace {

using connectors::AttributeTraits;
using connectors::Comparison;
using testing::ElementsAre;
using testing::IsEmpty;

std::string withoutBraces(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != '{' && c != '}') kept += c;
  }
  return kept;
}

// This tenant drops braces from titles.
class NoBraces final : public connectors::StoredValues {
 public:
  explicit NoBraces(AttributeId title) : title_(title) {}
  bool show(const connectors::StoredQuestion& question) const override {
    const auto wanted = directory::findAttribute(question.wanted, title_);
    const auto before = directory::findAttribute(question.before, title_);
    const auto now = directory::findAttribute(question.now, title_);
    if (question.attribute != title_ || !wanted || wanted->isEmpty() || !now) return false;
    if (before && *before == *now) return false;
    return withoutBraces(wanted->front()) == now->front();
  }

 private:
  AttributeId title_;
};

class ServerOfTest : public EngineForTest {
 public:
  ServerOfTest() {
    store::Names& names = store->names();
    const AttributeId title = names.attributes().intern("title");
    std::vector<AttributeTraits> traits;
    for (const char* name : {"cn", "displayName", "sourceAnchor", "manager", "title"}) {
      AttributeTraits one;
      one.attribute = names.attributes().intern(name);
      if (one.attribute == title) one.comparison = Comparison::kServiceDecides;
      traits.push_back(one);
    }
    EngineConnector& tenant = engine.connectors.back();
    tenant.traits.set(ObjectTypeId(names.objectTypes().intern("user")), traits);
    tenant.stored_values = std::make_shared<NoBraces>(title);
  }
  std::int64_t pending() { return store->exports().countPending(cloud).total(); }
};

class StoredValuesTest : public testing::Test {
 protected:
  void importBoth(const std::string& title) {
    for (ServerOfTest* server : {&old_, &new_}) {
      server->importDelta({server->user("anna", {{"title", title}})});
      server->synchronize(server->corp);
    }
  }
  // The old one writes; the tenant stores it in its own way.
  std::vector<std::string> oldExports() {
    std::vector<std::string> log = old_.exportAll();
    for (auto& [anchor, object] : old_.cloud_objects) {
      directory::RecordBuilder image;
      directory::RecordReader reader(object.image);
      while (const auto attribute = reader.next()) {
        if (attribute->id == title()) {
          image.addString(attribute->id, withoutBraces(attribute->values.front()));
        } else {
          image.addAll(attribute->id, attribute->values);
        }
      }
      object.image = image.finish();
    }
    return log;
  }
  void bothSeeTheTenant() {
    new_.cloud_objects = old_.cloud_objects;
    for (ServerOfTest* server : {&old_, &new_}) {
      server->confirmAll();
      server->synchronize(server->cloud);
    }
  }
  AttributeId title() { return *old_.store->names().attributes().find("title"); }

  ServerOfTest old_, new_;
};

TEST_F(StoredValuesTest, AServerThatHasNotSentItDoesNotSendItAgain) {
  new_.engine.is_follower = true;
  importBoth("Boss{1}");
  EXPECT_THAT(oldExports(), ElementsAre("add anna"));
  bothSeeTheTenant();
  EXPECT_EQ(old_.pending(), 0);
  EXPECT_EQ(new_.pending(), 0);
  new_.engine.is_follower = false;  // it takes over
  EXPECT_THAT(new_.exportAll(), IsEmpty());
}

TEST_F(StoredValuesTest, NorOneThatIsSetUpLater) {
  old_.importDelta({old_.user("anna", {{"title", "Boss{1}"}})});
  old_.synchronize(old_.corp);
  oldExports();
  bothSeeTheTenant();
  new_.importFull({new_.user("anna", {{"title", "Boss{1}"}})});
  new_.synchronizeAll(new_.cloud);
  new_.synchronizeAll(new_.corp);
  EXPECT_EQ(new_.pending(), 0);
}

TEST_F(StoredValuesTest, WhatIsWantedLaterIsSentEvenIfItWouldLookTheSame) {
  importBoth("Boss{1}");
  oldExports();
  bothSeeTheTenant();
  new_.engine.is_follower = false;
  new_.importDelta({new_.user("anna", {{"title", "Boss{1}{}"}})});
  new_.synchronize(new_.corp);
  EXPECT_THAT(new_.exportAll(), ElementsAre("update anna"));
}

TEST_F(StoredValuesTest, AFollowerKeepsUpWithWhatTheOtherSends) {
  new_.engine.is_follower = true;
  for (const char* title : {"Boss{1}", "Boss{2}", "Boss", "Boss{3}"}) {
    importBoth(title);
    oldExports();
    EXPECT_EQ(new_.pending(), 1) << title;
    bothSeeTheTenant();
    EXPECT_EQ(new_.pending(), 0) << title;
  }
}

TEST_F(StoredValuesTest, AnotherValueOfTheTenantIsNoEvidence) {
  new_.engine.is_follower = true;
  importBoth("Boss{1}");
  oldExports();
  for (auto& [anchor, object] : old_.cloud_objects) {
    directory::RecordBuilder image;
    image.addString(title(), "Somebody else's");
    object.image = directory::applyDelta(object.image, image.finish());
  }
  bothSeeTheTenant();
  EXPECT_EQ(new_.pending(), 1);
}

// The writer knows what it has sent: an answer that is late is none to the newer value.
TEST_F(StoredValuesTest, TheWriterBelievesItsOwnAnswersOnly) {
  importBoth("Boss{1}");
  oldExports();
  old_.importDelta({old_.user("anna", {{"title", "{Boss}1"}})});
  old_.synchronize(old_.corp);
  EXPECT_EQ(old_.pending(), 1);
  bothSeeTheTenant();
  EXPECT_EQ(old_.pending(), 1);
  EXPECT_THAT(old_.exportAll(), ElementsAre("update anna"));
}

}  // namespace
}  // namespace tandem::sync
