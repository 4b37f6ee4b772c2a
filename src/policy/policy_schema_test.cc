// SPDX-License-Identifier: Apache-2.0
//
// The schema and the reader are two statements of one format; here each sample must be good, or
// bad, for both. The validator knows the keywords that our schema uses and refuses others.
#include "policy/policy_schema.h"

#include <algorithm>
#include <string>

#include <nlohmann/json.hpp>
#include <regex.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/policy_reader.h"
#include "policy/policy_writer.h"
#include "policy/sample_policy.h"

namespace tandem::policy {
namespace {

using nlohmann::json;

class Validator {
 public:
  explicit Validator(json schema) : root_(std::move(schema)) {}
  bool accepts(const json& value) const { return accepts(root_, value); }

 private:
  bool accepts(const json& schema, const json& value) const {
    return std::all_of(schema.items().begin(), schema.items().end(), [&](const auto& keyword) {
      return satisfies(schema, keyword.key(), keyword.value(), value);
    });
  }

  bool satisfies(const json& schema,
                 const std::string& keyword,
                 const json& wanted,
                 const json& value) const {
    if (keyword == "$ref") return accepts(root_.at(json::json_pointer(refOf(wanted))), value);
    if (keyword == "type") return hasType(wanted, value);
    if (keyword == "const") return value == wanted;
    if (keyword == "enum") return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    if (keyword == "not") return !accepts(wanted, value);
    if (keyword == "oneOf") {
      return std::count_if(wanted.begin(), wanted.end(), [&](const json& choice) {
               return accepts(choice, value);
             }) == 1;
    }
    if (value.is_object()) return fitsObject(schema, keyword, wanted, value);
    if (value.is_array()) return fitsArray(keyword, wanted, value);
    if (value.is_string()) return fitsString(keyword, wanted, value.get<std::string>());
    if (value.is_number()) return fitsNumber(keyword, wanted, value.get<double>());
    return true;
  }

  static std::string refOf(const json& ref) { return ref.get<std::string>().substr(1); }

  static bool hasType(const json& type, const json& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    ADD_FAILURE() << "unknown type " << type;
    return false;
  }

  bool fitsObject(const json& schema,
                  const std::string& keyword,
                  const json& wanted,
                  const json& value) const {
    if (keyword == "required") {
      return std::all_of(wanted.begin(), wanted.end(), [&](const json& key) {
        return value.contains(key.get<std::string>());
      });
    }
    if (keyword == "additionalProperties") {
      return std::all_of(value.items().begin(), value.items().end(), [&](const auto& member) {
        return schema.at("properties").contains(member.key());
      });
    }
    if (keyword == "properties") {
      return std::all_of(value.items().begin(), value.items().end(), [&](const auto& member) {
        return !wanted.contains(member.key()) || accepts(wanted[member.key()], member.value());
      });
    }
    return isKnown(keyword);
  }

  bool fitsArray(const std::string& keyword, const json& wanted, const json& value) const {
    if (keyword == "minItems") return value.size() >= wanted.get<std::size_t>();
    if (keyword == "items") {
      return std::all_of(
          value.begin(), value.end(), [&](const json& item) { return accepts(wanted, item); });
    }
    return isKnown(keyword);
  }

  static bool fitsString(const std::string& keyword, const json& wanted, const std::string& text) {
    if (keyword == "minLength") return text.size() >= wanted.get<std::size_t>();
    if (keyword == "pattern") {
      return matches(wanted.get<std::string>(), text);
    }
    return isKnown(keyword);
  }

  static bool matches(const std::string& pattern, const std::string& text) {
    regex_t compiled{};
    EXPECT_EQ(::regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB), 0) << pattern;
    const bool found = ::regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
    ::regfree(&compiled);
    return found;
  }

  static bool fitsNumber(const std::string& keyword, const json& wanted, double number) {
    if (keyword == "minimum") return number >= wanted.get<double>();
    if (keyword == "maximum") return number <= wanted.get<double>();
    return isKnown(keyword);
  }

  // Annotations, and keywords for another type of value than the one at hand: they ask nothing.
  static bool isKnown(const std::string& keyword) {
    static const std::vector<std::string> kKnown{"description",
                                                 "title",
                                                 "$schema",
                                                 "$id",
                                                 "$defs",
                                                 "required",
                                                 "properties",
                                                 "additionalProperties",
                                                 "items",
                                                 "minItems",
                                                 "minLength",
                                                 "pattern",
                                                 "minimum",
                                                 "maximum"};
    const bool known = std::find(kKnown.begin(), kKnown.end(), keyword) != kKnown.end();
    EXPECT_TRUE(known) << "this validator does not know " << keyword;
    return known;
  }

  json root_;
};

class PolicySchema : public ::testing::Test {
 protected:
  bool schemaAccepts(const std::string& text) const {
    return validator_.accepts(json::parse(text));
  }
  static bool readerAccepts(const std::string& text) {
    return readPolicy(text, "p.json").document.has_value();
  }

 private:
  Validator validator_{json::parse(policySchema())};
};

TEST_F(PolicySchema, BothAcceptTheSampleAndWhatTheWriterMakes) {
  EXPECT_TRUE(schemaAccepts(std::string(kSamplePolicy)));
  const std::string written = writePolicy(*readPolicy(kSamplePolicy, "p.json").document);
  EXPECT_TRUE(schemaAccepts(written));
  EXPECT_TRUE(readerAccepts(written));
}

struct Change {
  const char* from;
  const char* to;
};

TEST_F(PolicySchema, BothAcceptTheseChanges) {
  for (const Change& change : {
           Change{"\"version\": 1", "\"$schema\": \"./policy.schema.json\", \"version\": 1"},
           Change{"\"dirSync\"", "\"usnChanged\""},
           Change{"\"ldaps\"", "\"startTls\""},
           Change{"{ \"clientSecret\": \"entra.secret\" }",
                  "{ \"certificateFile\": \"c.pem\", \"certificateKeySecret\": \"k\" }"},
           Change{"\"signIn\": { \"method\": \"passwordHashSync\" },", ""},
           Change{"\"percent\": 10", "\"percent\": 100"},
           Change{"\"Trim([company])\"", "[\"Trim(\", \"[company])\"]"},
       }) {
    const std::string text = sampleWith(change.from, change.to);
    EXPECT_TRUE(schemaAccepts(text)) << change.to;
    EXPECT_TRUE(readerAccepts(text)) << change.to;
  }
}

TEST_F(PolicySchema, BothRefuseTheseChanges) {
  for (const Change& change : {
           Change{"\"version\": 1", "\"version\": 3"},
           Change{"\"version\": 1,", ""},
           Change{"\"scheduler\"", "\"schedule\""},
           Change{"\"pageSize\": 500", "\"pageSize\": 0"},
           Change{"\"pageSize\": 500", "\"pageSize\": 1.5"},
           Change{"\"port\": 636", "\"port\": \"636\""},
           Change{"\"kind\": \"ldif\"", "\"kind\": \"csv\""},
           Change{"\"mode\": \"ldaps\"", "\"mode\": \"ssl\""},
           Change{"\"dirSync\"", "\"syncRepl\""},
           Change{"{ \"clientSecret\": \"entra.secret\" }", "{}"},
           Change{"\"folder\": \"forest\",", ""},
           Change{"0b7f6c1e-6c6f-4d53-9f0e-3f8f0b6a1c01", "not-a-guid"},
           Change{"\"precedence\": 50", "\"precedence\": -1"},
           Change{"\"Inbound\"", "\"Sideways\""},
           Change{"\"destination\": \"department\", ", ""},
           Change{"\"Full Import\"", "\"Half Import\""},
           Change{"\"Import and Sync\"", "\"Export\""},
           Change{"\"00:30:00\"", "\"30m\""},
           Change{"\"percent\": 10", "\"percent\": 101"},
           Change{"\"cycleEnabled\": true", "\"cycleEnabled\": \"yes\""},
           Change{"\"identity\": {", "\"identity\": { \"nmae\": \"x\","},
       }) {
    const std::string text = sampleWith(change.from, change.to);
    EXPECT_FALSE(schemaAccepts(text)) << change.to;
    EXPECT_FALSE(readerAccepts(text)) << change.to;
  }
}

}  // namespace
}  // namespace tandem::policy
