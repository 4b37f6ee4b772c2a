// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "csexport/csexport_reader.h"
#include "csexport/csexport_writer.h"

namespace tandem::csexport {
namespace {

using ::testing::HasSubstr;

std::string written(const std::vector<CsObject>& objects) {
  std::ostringstream out;
  CsExportWriter writer(out);
  for (const CsObject& object : objects)
    writer.add(object);
  writer.end();
  return out.str();
}

Result<std::vector<CsObject>> read(const std::string& text) {
  std::istringstream in(text);
  std::vector<CsObject> objects;
  TRY(readCsExport(in, "x.xml", [&](CsObject& object) -> Result<void> {
    objects.push_back(std::move(object));
    return {};
  }));
  return objects;
}

std::string errorOf(const std::string& text) {
  const auto objects = read(text);
  return objects.ok() ? "" : objects.error().message();
}

std::string inObject(const std::string& delta) {
  return "<cs-objects>\n<cs-object cs-dn=\"CN={1}\">\n<unapplied-export>" + delta +
         "</unapplied-export>\n</cs-object></cs-objects>";
}

CsObject sample() {
  CsObject object{
      "CN={4134}", "{11111111-2222-4333-8444-555555555555}", "user", "entra", CsDelta()};
  CsDelta& delta = *object.pending_export;
  delta.operation = "update";
  delta.dn = "CN={4134}";
  delta.anchor = std::string("User_\0\xff", 7);
  delta.attributes = {
      {"department", "replace", "string", false, {{"add", " R&D <\"one\">\r\n\ttwo ", ""}}},
      {"thumbnailPhoto", "add", "binary", false, {{"add", std::string("\0\x01\xff", 3), ""}}},
      {"info", "add", "string", false, {{"add", "bell \x07", ""}}},
      {"title", "delete", "string", false, {}},
      {"proxyAddresses",
       "update",
       "string",
       true,
       {{"delete", "smtp:a@x.com", ""}, {"add", "smtp:\u00e9@x.com", ""}, {"add", "   ", ""}}},
      {"manager", "replace", "reference", false, {{"add", "CN={4135}", "User_2"}}},
      {"member", "update", "reference", true, {{"add", "CN={1}", ""}, {"delete", "CN={2}", "x"}}}};
  return object;
}

TEST(CsExport, WhatIsWrittenIsReadBack) {
  CsObject deletion{"CN={2}", "", "group", "entra", CsDelta{"delete", "CN={2}", "Group_1", {}}};
  const CsObject without{"CN={3}", "", "user", "entra", std::nullopt};
  const std::vector<CsObject> objects = {sample(), deletion, without};
  const auto back = read(written(objects));
  ASSERT_TRUE(back.ok()) << back.error().message();
  EXPECT_EQ(back.value(), objects);
}

TEST(CsExport, AnyTextComesBack) {
  std::mt19937 random(13);
  for (int round = 0; round < 300; ++round) {
    CsObject object = sample();
    for (CsAttribute& attribute : object.pending_export->attributes) {
      for (CsValue& value : attribute.values) {
        if (attribute.isReference()) continue;
        value.bytes.clear();
        for (std::size_t i = random() % 12; i > 0; --i)
          value.bytes += static_cast<char>(random() % (round % 2 == 0 ? 0x80 : 0x100));
      }
    }
    const auto back = read(written({object}));
    ASSERT_TRUE(back.ok()) << back.error().message();
    ASSERT_EQ(back.value().front(), object);
  }
}

// The shape of the documented tool, with the parts that are passed over.
TEST(CsExport, WhatElseAnObjectHasIsPassedOver) {
  const auto objects = read(R"(<?xml version="1.0"?>
<cs-objects>
 <cs-object cs-dn="CN={41}" id="{x}" object-type="user">
  <synchronized-hologram><entry dn="CN={41}"><attr name="title"><value>x</value></attr>
  </entry></synchronized-hologram>
  <unapplied-export>
   <delta operation="add" dn="CN={41}">
    <primary-objectclass>user</primary-objectclass>
    <attr name="accountEnabled" type="boolean"><value>true</value></attr>
    <attr name="title" operation="add"><value>Sales <![CDATA[& more]]></value></attr>
   </delta>
  </unapplied-export>
  <unapplied-export-hologram><entry/></unapplied-export-hologram>
  <ma-id>{y}</ma-id><ma-name>contoso.onmicrosoft.com - AAD</ma-name><connector>1</connector>
 </cs-object>
 <!-- nothing -->
</cs-objects>)");
  ASSERT_TRUE(objects.ok()) << objects.error().message();
  ASSERT_EQ(objects.value().size(), 1U);
  const CsObject& object = objects.value().front();
  EXPECT_EQ(object.connector, "contoso.onmicrosoft.com - AAD");
  ASSERT_EQ(object.pending_export->attributes.size(), 2U);
  EXPECT_EQ(object.pending_export->attributes[0].values[0].bytes, "true");
  EXPECT_EQ(object.pending_export->attributes[1].values[0].bytes, "Sales & more");
}

TEST(CsExport, Utf16IsReadToo) {
  std::string wide = "\xff\xfe";
  for (const char c : std::string("<cs-objects><cs-object cs-dn=\"CN={1}\"/></cs-objects>"))
    wide += std::string{c, '\0'};
  const auto objects = read(wide);
  ASSERT_TRUE(objects.ok()) << objects.error().message();
  EXPECT_EQ(objects.value().front().dn, "CN={1}");
}

TEST(CsExport, MistakesHaveTheirLine) {
  EXPECT_THAT(errorOf(""), HasSubstr("x.xml:"));
  EXPECT_THAT(errorOf("<other/>"), HasSubstr("x.xml:1: is not what csexport writes"));
  EXPECT_THAT(errorOf("<cs-objects>\n<cs-object/>\n</cs-objects>"),
              HasSubstr("x.xml:2: <cs-object> has no \"cs-dn\""));
  EXPECT_THAT(errorOf("<cs-objects>\n<cs-object cs-dn=\"CN=1\">\n"), HasSubstr("x.xml:"));
  EXPECT_THAT(errorOf("<cs-objects>\n\n</cs-object>"), HasSubstr("x.xml:3:"));
  EXPECT_THAT(errorOf(inObject("<delta operation=\"move\"/>")), HasSubstr("x.xml:3: \"move\""));
  EXPECT_THAT(errorOf(inObject("<delta/>")), HasSubstr("has no \"operation\""));
  EXPECT_THAT(errorOf(inObject("<delta operation=\"add\"><attr name=\"a\">"
                               "<value encoding=\"base64\">?</value></attr></delta>")),
              HasSubstr("base64"));
  EXPECT_THAT(errorOf(inObject("<delta operation=\"add\"><attr name=\"a\">"
                               "<value><b/></value></attr></delta>")),
              HasSubstr("<b> where only text can be"));
  EXPECT_THAT(errorOf(inObject("<delta operation=\"add\"><attr name=\"a\">"
                               "<value operation=\"x\"/></attr></delta>")),
              HasSubstr("no operation of a value"));
}

TEST(CsExport, NoEntityIsExpandedAndNothingFetched) {
  EXPECT_THAT(errorOf("<!DOCTYPE cs-objects [<!ENTITY a \"b\">]><cs-objects>&a;</cs-objects>"),
              HasSubstr("not accepted"));
  EXPECT_THAT(errorOf("<!DOCTYPE cs-objects SYSTEM \"file:///etc/passwd\"><cs-objects/>"),
              HasSubstr("not accepted"));
  EXPECT_NE(errorOf("<cs-objects>&unknown;</cs-objects>"), "");
}

TEST(CsExport, AnErrorOfTheCallerEndsTheReading) {
  std::istringstream in(written({sample(), sample()}));
  int seen = 0;
  const Result<void> end = readCsExport(in, "x", [&](CsObject&) -> Result<void> {
    ++seen;
    return Error(ErrorCode::kCancelled, "enough");
  });
  EXPECT_FALSE(end.ok());
  EXPECT_EQ(seen, 1);
}

TEST(AnalyzerCsv, OneRowAnAttributeAndCountsWhereThereAreMany) {
  std::ostringstream out;
  AnalyzerCsvWriter writer(out);
  writer.add(sample());
  writer.add({"CN={2}", "", "group", "entra", CsDelta{"delete", "CN={2}", "", {}}});
  EXPECT_THAT(out.str(), HasSubstr("DN,Type,OMODT,Attribute,AMODT,Value,Added,Removed\r\n"));
  EXPECT_THAT(out.str(), HasSubstr("CN={4134},user,update,title,delete,,,\r\n"));
  EXPECT_THAT(out.str(), HasSubstr("CN={4134},user,update,proxyAddresses,update,,2,1\r\n"));
  EXPECT_THAT(out.str(), HasSubstr("CN={4134},user,update,manager,replace,CN={4135},,\r\n"));
  EXPECT_THAT(out.str(), HasSubstr("CN={2},group,delete,,,,,\r\n"));
}

}  // namespace
}  // namespace tandem::csexport
