// SPDX-License-Identifier: Apache-2.0
//
// For the tests of rules: a world of one AD connector and one Entra connector, rules written short,
// objects with attributes, and flows shown as text.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "directory/record.h"
#include "rules/rule_set.h"

namespace tandem::rules {

// Attributes of an object by name; the type comes from the schema it is built with.
using Attributes = std::vector<std::pair<std::string, std::vector<std::string>>>;

class WorldForTest {
 public:
  WorldForTest();

  directory::AttributeTable attributes;
  directory::NameTable types;
  directory::Schema source_schema;
  directory::Schema metaverse_schema;
  directory::Schema cloud_schema;
  std::vector<SyncRule> rules;
  CompileContext context;
  Problems problems;

  static constexpr ConnectorId kSource{1};
  static constexpr ConnectorId kCloud{2};

  void define(directory::Schema& schema,
              std::string_view name,
              directory::ValueType type,
              bool multi = false) {
    schema.define(attributes.intern(name), type, multi);
  }
  SyncRule& addInbound(std::string name, std::int32_t precedence);
  SyncRule& addOutbound(std::string name, std::int32_t precedence);

  // Compiles the rules; problems holds what was found.
  RuleSet* compile();
  std::string problemText() const;

  // Values by name: integers in decimal, booleans True or False, octets as hex. A reference
  // attribute becomes links of the object.
  SourceObject object(std::string_view type,
                      const directory::Schema& schema,
                      const Attributes& values,
                      std::string_view dn = {});
  // Contributing objects flow into the metaverse: "displayName=Ann; flags=3", sorted by name.
  // References are shown as "member<-member", kept ones as "member=kept", an error as "type: text".
  std::string flowIn(const std::vector<SourceObject>& objects,
                     std::string_view existing = {},
                     bool creating = false);
  std::string flowOut(const SourceObject& metaverse_object,
                      std::string_view existing = {},
                      bool creating = false);
  std::string record(const directory::Schema& schema, const Attributes& values);
  std::string inScope(Direction direction, const SourceObject& object);
  std::string show(const FlowResult& result) const;
  // Does the last outbound flow say that the attribute shall have no value?
  bool clears(std::string_view attribute) const;
  ObjectTypeId type(std::string_view name) { return ObjectTypeId(types.intern(name)); }

  FlowResult result;
  std::unique_ptr<RuleSet> set;
  std::unique_ptr<Evaluation> evaluation;

 private:
  class Links final : public ReferenceReader {
   public:
    std::map<AttributeId, std::vector<std::string>> links;
    std::vector<std::string> member_of;
    std::uint32_t count(AttributeId attribute) const override;
    std::vector<std::string> values(AttributeId attribute, std::size_t limit) const override;
    bool isMemberOf(std::string_view group_dn) const override;
  };

  SyncRule& add(std::string name, std::int32_t precedence, Direction direction);

  std::vector<std::unique_ptr<std::string>> kept_;
  std::vector<std::unique_ptr<Links>> links_;
};

// Short forms of what rules are made of.
AttributeMapping direct(std::string target, std::string source);
AttributeMapping constant(std::string target, std::string value);
AttributeMapping expression(std::string target, std::string text);
ScopeGroup when(std::string attribute, std::string comparison, std::string value = {});

}  // namespace tandem::rules
