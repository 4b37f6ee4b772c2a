// SPDX-License-Identifier: Apache-2.0
#include "compare/exchange.h"

#include "compare/pair_for_test.h"
#include "compare/wire.h"

namespace tandem::compare {
namespace {

ObjectDetail someDetail() {
  ObjectDetail detail;
  detail.key = 0x0123456789ABCDEFULL;
  detail.name = "Ada";
  detail.dn = "CN=Ada";
  detail.type = "user";
  Field field;
  field.name = "title";
  field.hash = 42;
  field.count = 2;
  field.values = {{"Chief", 5}, {std::string("\0\xFF", 2), 2000}};
  field.rule = "In user";
  detail.fields.push_back(field);
  detail.related.push_back({SpaceKind::kMetaverse, "", 9});
  return detail;
}

TEST(Exchange, WhatIsWrittenIsRead) {
  const Result<NodesRequest> nodes = decodeNodesRequest(encode(NodesRequest{7, 2, 1, {0, 15}}));
  ASSERT_TRUE(nodes.ok());
  EXPECT_EQ(nodes.value().session, 7U);
  EXPECT_EQ(nodes.value().space, 2U);
  EXPECT_EQ(nodes.value().level, 1U);
  EXPECT_EQ(nodes.value().nodes, (std::vector<std::uint32_t>{0, 15}));
  const Result<LeavesRequest> leaves = decodeLeavesRequest(encode(LeavesRequest{7, 2, {65535}}));
  ASSERT_TRUE(leaves.ok());
  EXPECT_EQ(leaves.value().leaves, std::vector<std::uint32_t>{65535});
  const Result<ObjectsRequest> objects = decodeObjectsRequest(encode(ObjectsRequest{7, 2, {1, 2}}));
  ASSERT_TRUE(objects.ok());
  EXPECT_EQ(objects.value().keys, (std::vector<std::uint64_t>{1, 2}));
  const Result<ReferencesRequest> references =
      decodeReferencesRequest(encode(ReferencesRequest{7, 2, 9, "member", {4095}}));
  ASSERT_TRUE(references.ok());
  EXPECT_EQ(references.value().attribute, "member");
  EXPECT_EQ(references.value().buckets, std::vector<std::uint32_t>{4095});
  const auto named = decodeReferencesAnswer(encode(ReferencesAnswer{7, {}, {{5, "CN=Ada"}}}));
  ASSERT_TRUE(named.ok());
  EXPECT_EQ(named.value().references[0].name, "CN=Ada");
  EXPECT_FALSE(decodeReferencesAnswer(encode(ReferencesAnswer{7, {1, 2}, {}})).ok());
  Children children{};
  children[3] = {5, 6};
  const auto node_answer = decodeNodesAnswer(encodeNodesAnswer(7, {children}), 1);
  ASSERT_TRUE(node_answer.ok());
  EXPECT_EQ(node_answer.value()[0], children);
  const auto leaf_answer = decodeLeavesAnswer(encodeLeavesAnswer(7, {{{1, 2}}, {}}), 2);
  ASSERT_TRUE(leaf_answer.ok());
  EXPECT_EQ(leaf_answer.value()[0], (std::vector<KeyAndHash>{{1, 2}}));
  const ObjectDetail detail = someDetail();
  const auto objects_answer = decodeObjectsAnswer(encodeObjectsAnswer(7, {{detail}, {}}), 2);
  ASSERT_TRUE(objects_answer.ok());
  const ObjectDetail& read = objects_answer.value()[0][0];
  EXPECT_EQ(read.key, detail.key);
  EXPECT_EQ(read.fields[0].values, detail.fields[0].values);
  EXPECT_EQ(read.fields[0].rule, "In user");
  EXPECT_EQ(read.related, detail.related);
}

TEST(Exchange, RefusesEveryTruncation) {
  HelloAnswer hello;
  hello.label = "there";
  hello.spaces.push_back({SpaceKind::kConnectorSpace, "corp", 3, {1, 2}});
  hello.last_imports.push_back({"corp", 1'700'000'000});
  const std::string messages[] = {encode(hello),
                                  encodeObjectsAnswer(7, {{someDetail()}}),
                                  encodeLeavesAnswer(7, {{{1, 2}}}),
                                  encode(NodesRequest{7, 2, 1, {0, 15}})};
  for (const std::string& message : messages) {
    for (std::size_t length = 0; length < message.size(); ++length) {
      const std::string_view part = std::string_view(message).substr(0, length);
      EXPECT_FALSE(decodeHelloAnswer(part).ok());
      EXPECT_FALSE(decodeObjectsAnswer(part, 1).ok());
      EXPECT_FALSE(decodeLeavesAnswer(part, 1).ok());
      EXPECT_FALSE(decodeNodesRequest(part).ok());
    }
  }
  EXPECT_TRUE(decodeHelloAnswer(messages[0]).ok());
  EXPECT_FALSE(decodeHelloAnswer(messages[0] + "x").ok());
}

TEST(Exchange, RefusesNumbersOutOfBounds) {
  EXPECT_FALSE(decodeNodesRequest(encode(NodesRequest{7, 0, 4, {0}})).ok());
  EXPECT_FALSE(decodeNodesRequest(encode(NodesRequest{7, 0, 1, {16}})).ok());
  EXPECT_FALSE(decodeLeavesRequest(encode(LeavesRequest{7, 0, {65536}})).ok());
  const std::vector<std::uint32_t> too_many(kNodesMax + 1, 0);
  EXPECT_FALSE(decodeNodesRequest(encode(NodesRequest{7, 0, 0, too_many})).ok());
  EXPECT_FALSE(decodeNodesAnswer(encodeNodesAnswer(7, {}), 1).ok());
  ObjectDetail detail = someDetail();
  detail.fields[0].type = directory::ValueType::kInteger;  // of five bytes
  EXPECT_FALSE(decodeObjectsAnswer(encodeObjectsAnswer(7, {{detail}}), 1).ok());
}

TEST(Exchange, AnotherVersionIsNamed) {
  std::string message = encodeHelloRequest();
  message[4] = 9;
  const Result<MessageKind> kind = kindOf(message);
  ASSERT_FALSE(kind.ok());
  EXPECT_NE(kind.error().message().find("version 9"), std::string::npos);
}

TEST(Wire, ACountCannotAskForMoreThanThereIs) {
  WireWriter writer;
  writer.number(1'000'000'000'000ULL);
  writer.fixed(1);
  const std::string bytes = writer.take();
  WireReader reader(bytes);
  EXPECT_EQ(reader.count(8), 0U);
  EXPECT_FALSE(reader.isGood());
  EXPECT_EQ(reader.fixed(), 0U);
}

class Answering : public PairForTest {};

TEST_F(Answering, NeedsAHelloFirst) {
  fillBoth();
  Answerer answerer(there_->access());
  const Result<std::string> answer = answerer.answer(encode(NodesRequest{1, 0, 0, {0}}));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), ErrorCode::kConflict);
  EXPECT_FALSE(answerer.answer("").ok());
  EXPECT_FALSE(answerer.answer("GET / HTTP/1.1").ok());
}

TEST_F(Answering, AnOldSessionIsOver) {
  fillBoth();
  Answerer answerer(there_->access());
  const HelloAnswer first =
      decodeHelloAnswer(answerer.answer(encodeHelloRequest()).value()).value();
  const HelloAnswer second =
      decodeHelloAnswer(answerer.answer(encodeHelloRequest()).value()).value();
  EXPECT_FALSE(answerer.answer(encode(NodesRequest{first.session, 0, 0, {0}})).ok());
  EXPECT_TRUE(answerer.answer(encode(NodesRequest{second.session, 0, 0, {0}})).ok());
  EXPECT_FALSE(answerer.answer(encode(NodesRequest{second.session, 99, 0, {0}})).ok());
}

TEST_F(Answering, SeesOneCommitAlthoughTheServerWorksOn) {
  fillBoth();
  Answerer answerer(there_->access());
  const HelloAnswer hello =
      decodeHelloAnswer(answerer.answer(encodeHelloRequest()).value()).value();
  std::uint32_t corp = 0;
  for (std::uint32_t i = 0; i < hello.spaces.size(); ++i) {
    if (hello.spaces[i].kind == SpaceKind::kConnectorSpace && hello.spaces[i].connector == "corp")
      corp = i;
  }
  change(*there_, person(there_->engine, "ben", "Chief"));
  const std::uint64_t ben = anchorIdentity(nameHash("corp"), "anchor-ben");
  const auto objects = decodeObjectsAnswer(
      answerer.answer(encode(ObjectsRequest{hello.session, corp, {ben}})).value(), 1);
  ASSERT_TRUE(objects.ok());
  ASSERT_EQ(objects.value()[0].size(), 1U);
  for (const Field& field : objects.value()[0][0].fields) {
    if (field.name == "title") {
      EXPECT_EQ(field.values[0].bytes, "Engineer");
    }
  }
}

}  // namespace
}  // namespace tandem::compare
