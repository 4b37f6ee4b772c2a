// SPDX-License-Identifier: Apache-2.0
#include "compare/pending_file.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "csexport/csexport_reader.h"
#include "csexport/csexport_writer.h"
#include "sync/engine_for_test.h"

namespace tandem::compare {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string written(sync::EngineForTest& server) {
  std::ostringstream out;
  csexport::CsExportWriter writer(out);
  const Result<void> done = forEachPendingExport(
      server.engine, server.cloud, [&](const csexport::CsObject& object) -> Result<void> {
        writer.add(object);
        return {};
      });
  EXPECT_TRUE(done.ok());
  writer.end();
  return out.str();
}

PendingComparison compared(sync::EngineForTest& server, const std::string& file) {
  std::istringstream in(file);
  auto result = comparePendingFile(server.engine, server.cloud, {in, "there.xml"}, 100);
  EXPECT_TRUE(result.ok()) << result.error().message();
  return std::move(result).value();
}

// "Ada: title", one for each object that differs.
std::vector<std::string> linesOf(const PendingComparison& found) {
  std::vector<std::string> lines;
  for (const DifferenceGroup& group : found.comparison.groups) {
    std::string line = group.cause.name + ":";
    for (const FieldDifference& field : group.cause.fields)
      line += " " + field.name;
    if (group.cause.presence == Presence::kHereOnly) line = "here only: " + group.cause.dn;
    if (group.cause.presence == Presence::kThereOnly) line = "there only: " + group.cause.dn;
    lines.push_back(line);
  }
  return lines;
}

void withPeople(sync::EngineForTest& server) {
  server.importFull({server.user("ada", {{"displayName", "Ada"}, {"title", "one"}}),
                     server.user("bob", {{"displayName", "Bob"}, {"manager", "ada"}}),
                     server.group("staff", {"ada", "bob"})});
  server.synchronize(server.corp);
}

TEST(PendingFile, TheServersOwnFileAgreesWithIt) {
  sync::EngineForTest server;
  withPeople(server);
  const PendingComparison found = compared(server, written(server));
  EXPECT_THAT(linesOf(found), IsEmpty());
  ASSERT_EQ(found.comparison.spaces.size(), 1U);
  EXPECT_EQ(found.comparison.spaces[0].here, 3U);
  EXPECT_EQ(found.comparison.spaces[0].there, 3U);
}

TEST(PendingFile, TwoServersThatReadTheSameAgree) {
  sync::EngineForTest one;
  sync::EngineForTest other;
  withPeople(one);
  other.importFull({other.group("staff", {"ada", "bob"}),  // in another order: other ids
                    other.user("bob", {{"displayName", "Bob"}, {"manager", "ada"}}),
                    other.user("ada", {{"displayName", "Ada"}, {"title", "one"}})});
  other.synchronize(other.corp);
  EXPECT_THAT(linesOf(compared(one, written(other))), IsEmpty());
}

TEST(PendingFile, DifferencesAreOfValuesMembersAndObjects) {
  sync::EngineForTest one;
  sync::EngineForTest other;
  withPeople(one);
  other.importFull({other.user("ada", {{"displayName", "Ada"}, {"title", "two"}}),
                    other.user("eve", {{"displayName", "Eve"}}),
                    other.group("staff", {"ada", "eve"})});
  other.synchronize(other.corp);
  EXPECT_THAT(linesOf(compared(one, written(other))),
              ::testing::UnorderedElementsAre("Ada: title",
                                              "CN={sa-staff}: member",
                                              "there only: CN={sa-eve}",
                                              "here only: CN={sa-bob}"));
}

TEST(PendingFile, AnUpdateIsComparedByWhatItWillBe) {
  sync::EngineForTest one;
  withPeople(one);
  one.exportAll();
  one.confirmAll();
  one.synchronize(one.cloud);
  one.importDelta(
      {one.partial("ada", {{"title", "two"}}), one.partial("bob", {{"displayName", ""}})});
  one.synchronize(one.corp);
  const std::string file = written(one);
  EXPECT_NE(file.find("operation=\"replace\""), std::string::npos) << file;
  EXPECT_NE(file.find("operation=\"delete\""), std::string::npos) << file;
  EXPECT_THAT(linesOf(compared(one, file)), IsEmpty());
  std::string other = file;
  other.replace(other.find(">two<"), 5, ">six<");
  EXPECT_THAT(linesOf(compared(one, other)), ElementsAre("Ada: title"));
}

// A single reference is one value that takes another's place, however the file says so.
TEST(PendingFile, ANewManagerIsOneValue) {
  sync::EngineForTest one;
  withPeople(one);
  one.exportAll();
  one.exportAll();
  one.confirmAll();
  one.synchronize(one.cloud);
  one.importDelta({one.user("bob", {{"displayName", "Bob"}, {"manager", "bob"}})});
  one.synchronize(one.corp);
  std::string file = written(one);
  const std::string value = "     <dn-value operation=\"add\">";
  ASSERT_NE(file.find(value), std::string::npos) << file;
  EXPECT_EQ(file.find("operation=\"delete\""), std::string::npos) << file;
  file.insert(file.find(value), "     <dn-value operation=\"delete\"><dn>CN={x}</dn></dn-value>\n");
  EXPECT_THAT(linesOf(compared(one, file)), IsEmpty());
}

TEST(PendingFile, AttributesThatThisServerCannotWriteAreLeftOut) {
  sync::EngineForTest server;
  withPeople(server);
  std::string file = written(server);
  file.insert(file.find("    <attr "),
              "    <attr name=\"madeUp\" operation=\"add\" type=\"integer\" "
              "multivalued=\"false\"><value>276</value></attr>\n");
  const PendingComparison found = compared(server, file);
  EXPECT_THAT(linesOf(found), IsEmpty());
  EXPECT_THAT(found.left_out, ElementsAre("madeUp"));
}

TEST(PendingFile, ABrokenFileIsAnErrorWithItsLine) {
  sync::EngineForTest server;
  withPeople(server);
  std::istringstream in("<cs-objects>\n<cs-object/></cs-objects>");
  const auto result = comparePendingFile(server.engine, server.cloud, {in, "there.xml"}, 100);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message().find("there.xml:2:"), std::string::npos);
}

}  // namespace
}  // namespace tandem::compare
