// SPDX-License-Identifier: Apache-2.0
#include "tenant/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::tenant {
namespace {

using Op = FilterNode::Op;
using Type = FilterLiteral::Type;

FilterNode parse(std::string_view text) {
  auto node = parseFilter(text);
  EXPECT_TRUE(node.ok()) << text << ": " << (node.ok() ? "" : node.error().message());
  return node.ok() ? node.value() : FilterNode{};
}

TEST(Filter, ReadsAComparison) {
  const FilterNode node = parse("displayName eq 'O''Neil'");
  EXPECT_EQ(node.op, Op::kEq);
  EXPECT_EQ(node.path, "displayName");
  EXPECT_EQ(node.literals.front(), (FilterLiteral{Type::kString, "O'Neil"}));
}

TEST(Filter, AndBindsTighterThanOr) {
  const FilterNode node = parse("a eq 1 or b eq true and not (c eq null)");
  ASSERT_EQ(node.op, Op::kOr);
  ASSERT_EQ(node.children.size(), 2U);
  EXPECT_EQ(node.children[1].op, Op::kAnd);
  EXPECT_EQ(node.children[1].children[1].op, Op::kNot);
}

TEST(Filter, ReadsFunctionsListsAndLambdas) {
  EXPECT_EQ(parse("startsWith(mail, 'a')").op, Op::kStartsWith);
  EXPECT_EQ(parse("id in ('1','2')").literals.size(), 2U);
  const FilterNode any = parse("proxyAddresses/any(p:p eq 'smtp:a@b')");
  EXPECT_EQ(any.op, Op::kAny);
  EXPECT_EQ(any.path, "proxyAddresses");
  EXPECT_EQ(any.variable, "p");
  EXPECT_EQ(any.children.front().path, "p");
  EXPECT_TRUE(parse("groupTypes/any()").children.empty());
  EXPECT_EQ(parse("assignedLicenses/$count eq 0").op, Op::kCountEq);
}

TEST(Filter, ReadsDatesAndGuidsWithoutQuotes) {
  EXPECT_EQ(parse("createdDateTime ge 2026-11-22T07:00:00Z").literals.front().text,
            "2026-11-22T07:00:00Z");
}

TEST(Filter, SaysWhatIsMissingAndWhere) {
  const auto message = [](std::string_view text) {
    const auto node = parseFilter(text);
    return node.ok() ? std::string("accepted") : node.error().message();
  };
  EXPECT_THAT(message("a eq"), testing::HasSubstr("expected a value at character 5"));
  EXPECT_THAT(message("a is 1"), testing::HasSubstr("expected eq, ne"));
  EXPECT_THAT(message("a eq 'x"), testing::HasSubstr("closing quote"));
  EXPECT_THAT(message("(a eq 1"), testing::HasSubstr("')'"));
  EXPECT_THAT(message("a eq 1 b"), testing::HasSubstr("the end"));
  EXPECT_THAT(message(""), testing::HasSubstr("a property name"));
  EXPECT_THAT(message("a/any(p p eq 1)"), testing::HasSubstr("':'"));
}

TEST(Filter, RefusesWhatWouldExhaustIt) {
  EXPECT_FALSE(parseFilter(std::string(5000, '(')).ok());
  EXPECT_FALSE(parseFilter(std::string(9000, 'a')).ok());
  std::string terms = "a eq 1";
  for (int i = 0; i < 600; ++i)
    terms += " or a eq 1";
  EXPECT_FALSE(parseFilter(terms).ok());
}

}  // namespace
}  // namespace tandem::tenant
