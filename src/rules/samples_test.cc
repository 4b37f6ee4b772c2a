// SPDX-License-Identifier: Apache-2.0
//
// The rules of a real server must compile. They are not part of the project: the folder that
// TANDEM_SAMPLES names holds them, and without it this test is skipped.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>

#include "base/text.h"
#include "rules/default_rules.h"
#include "rules/rules_for_test.h"

namespace tandem::rules {
namespace {

using directory::ValueType;
using nlohmann::json;

std::string readFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

ValueType typeNamed(const std::string& name) {
  if (name == "reference") return ValueType::kReference;
  if (name == "binary") return ValueType::kBinary;
  if (name == "integer") return ValueType::kInteger;
  if (name == "boolean") return ValueType::kBoolean;
  return ValueType::kString;
}

// Lines of name, type, single or multi, … under a heading.
void defineFrom(const std::string& text, WorldForTest& world, directory::Schema& schema) {
  const std::vector<std::string> lines = split(text, '\n');
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = split(lines[i], '\t');
    if (fields.size() >= 3) {
      world.define(schema, fields[0], typeNamed(fields[1]), fields[2] == "multi");
    }
  }
}

AttributeMapping mappingOf(const json& sample) {
  AttributeMapping mapping;
  mapping.target = sample.at("dest");
  const std::string flow = sample.at("flow");
  if (flow == "Expression") {
    mapping = expression(mapping.target, sample.at("expression"));
  } else if (flow == "Constant") {
    mapping = constant(mapping.target, sample.at("value"));
  } else {
    mapping = direct(mapping.target, sample.at("src").at(0));
  }
  if (sample.value("merge", "") == "MergeCaseInsensitive") {
    mapping.merge = MergeType::kMergeCaseInsensitive;
  }
  mapping.execute_once = sample.value("once", false);
  return mapping;
}

SyncRule ruleOf(const json& sample) {
  SyncRule rule;
  rule.name = sample.at("name");
  rule.id = rule.name + sample.at("precedence").dump();
  rule.precedence = sample.at("precedence");
  rule.connector = sample.at("connector") == "AD" ? "corp" : "entra";
  rule.direction = sample.at("direction") == "Inbound" ? Direction::kInbound : Direction::kOutbound;
  // The extract says "any" where the server stores "*".
  const auto type = [](const std::string& name) { return name == "any" ? "*" : name; };
  rule.source_type = type(sample.at("source"));
  rule.target_type = type(sample.at("target"));
  rule.link = sample.at("linkType") == "Provision" ? LinkType::kProvision : LinkType::kJoin;
  for (const json& group : sample.at("scope")) {
    ScopeGroup conditions;
    for (const json& one : group) {
      conditions.push_back({one.at("attribute"), one.at("operator"), one.value("value", "")});
    }
    rule.scope.push_back(conditions);
  }
  for (const json& group : sample.at("joins")) {
    JoinGroup conditions;
    for (const json& one : group)
      conditions.push_back({one.at("cs"), one.at("mv"), one.value("caseSensitive", false)});
    rule.join.push_back(conditions);
  }
  for (const json& mapping : sample.at("mappings"))
    rule.mappings.push_back(mappingOf(mapping));
  return rule;
}

TEST(Samples, AllRulesOfARealServerCompile) {
  const char* const folder = std::getenv("TANDEM_SAMPLES");
  if (folder == nullptr) GTEST_SKIP() << "TANDEM_SAMPLES is not set";
  const std::string derived = std::string(folder) + "/derived/";
  const std::string text = readFile(derived + "oob_rules_1.1.130_2016.json");
  if (text.empty()) GTEST_SKIP() << "no rules in " << derived;

  WorldForTest world;
  defineFrom(readFile(derived + "mv_schema.tsv"), world, world.metaverse_schema);
  defineFrom(readFile(derived + "aad_connector_schema.tsv"), world, world.cloud_schema);
  world.source_schema = activeDirectorySchema(world.attributes);
  // Back links, and attributes of devices, are not in our own schema of people and groups.
  for (const char* name : {"msExchBypassModerationFromDLMembersBL", "msExchCoManagedObjectsBL"}) {
    world.define(world.source_schema, name, ValueType::kReference, /*multi=*/true);
  }
  for (const char* name : {"msExchLabeledURI", "division", "cloudAnchor"})
    world.define(world.source_schema, name, ValueType::kString);
  for (const ConnectorId connector : {WorldForTest::kSource, WorldForTest::kCloud}) {
    for (const char* name :
         {"Connector.ID", "Domain.FQDN", "Domain.Netbios", "Forest.FQDN", "Forest.Netbios"}) {
      world.context.parameters[connector][name] = "x";
    }
  }
  for (const json& sample : json::parse(text))
    world.rules.push_back(ruleOf(sample));
  EXPECT_EQ(world.rules.size(), 62U);
  EXPECT_NE(world.compile(), nullptr) << world.problemText();
}

}  // namespace
}  // namespace tandem::rules
