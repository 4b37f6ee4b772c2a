// SPDX-License-Identifier: Apache-2.0
//
// A file of tests of rules, as an administrator writes it (docs/reference/rule-tests.md):
//
//   policy = "corp.policy.json"
//
//   [[test]]
//   name = "Somebody who is disabled keeps the account and cannot sign in"
//   [test.given.corp.ann]
//   type = "user"
//   userAccountControl = 514
//   [test.expect.entra.ann]
//   accountEnabled = false
//
// Everything carries its place, because a failure without its line is half a message.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"

namespace tandem::rule_test {

struct Place {  // both from 1
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

struct Text {
  std::string text;
  Place at;
};

// An attribute with its values as text; none: it is absent.
struct WrittenAttribute {
  std::string name;
  std::vector<std::string> values;
  Place at;
};

// An object of a connected directory, or a change of one.
struct GivenObject {
  std::string connector;
  std::string name;  // by which the test calls it
  Place at;
  std::string type;
  std::string dn;  // empty: made of the name
  bool deleted = false;
  std::vector<WrittenAttribute> attributes;
};

// What an object shall have become. space is a connector or "metaverse".
struct Expectation {
  std::string space;
  std::string name;
  Place at;
  std::optional<Text> link;     // of a source: "projected", "joined" or "none"
  std::optional<Text> rule;     // of a source: the rule that links it
  std::optional<Text> error;    // of a source: part of the error's text
  std::optional<Text> outcome;  // of a target: "add", "update", "delete" or "nothing"
  std::optional<Text> type;
  std::vector<WrittenAttribute> attributes;
  std::vector<WrittenAttribute> rules;  // attribute → the rule that supplies it
};

struct TestCase {
  std::string name;
  Place at;
  std::vector<GivenObject> given;
  std::vector<GivenObject> then;  // what changes after the first cycle
  std::vector<Expectation> expectations;
  // Connectors that the test speaks of: of these, what is not named must not be exported.
  std::map<std::string, Place> spaces;
};

struct TestDocument {
  std::string file;
  std::optional<Text> policy;  // a path from this file's folder
  std::map<std::string, std::map<std::string, std::string>> parameters;  // connector → name → value
  std::vector<TestCase> tests;
};

constexpr std::size_t kDocumentBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kTestsMax = 10'000;

struct ReadTests {
  std::optional<TestDocument> document;  // absent when there are problems
  Problems problems;                     // "FILE:line:column"
};
ReadTests readTests(std::string_view text, std::string_view file);

std::string placeText(std::string_view file, Place at);

}  // namespace tandem::rule_test
