// SPDX-License-Identifier: Apache-2.0
#include "rules/rules_for_test.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "directory/dn.h"

namespace tandem::rules {

using directory::ValueType;

WorldForTest::WorldForTest() {
  context.attributes = &attributes;
  context.object_types = &types;
  context.connectors = {{"corp", kSource}, {"entra", kCloud}};
  context.connector_schemas = {{kSource, &source_schema}, {kCloud, &cloud_schema}};
  context.metaverse_schema = &metaverse_schema;
  context.rule_id = [](const SyncRule& rule) { return RuleId(rule.precedence); };
}

SyncRule& WorldForTest::add(std::string name, std::int32_t precedence, Direction direction) {
  SyncRule rule;
  rule.id = fmt::format("00000000-0000-0000-0000-{:012}", rules.size() + 1);
  rule.connector = direction == Direction::kInbound ? "corp" : "entra";
  rule.direction = direction;
  rule.source_type = direction == Direction::kInbound ? "user" : "person";
  rule.target_type = direction == Direction::kInbound ? "person" : "user";
  rule.precedence = precedence;
  rule.where = fmt::format("rules[{}]", rules.size());
  rule.name = std::move(name);
  rules.push_back(std::move(rule));
  return rules.back();
}

SyncRule& WorldForTest::addInbound(std::string name, std::int32_t precedence) {
  return add(std::move(name), precedence, Direction::kInbound);
}

SyncRule& WorldForTest::addOutbound(std::string name, std::int32_t precedence) {
  return add(std::move(name), precedence, Direction::kOutbound);
}

RuleSet* WorldForTest::compile() {
  problems.clear();
  set = RuleSet::compile(rules, context, problems);
  evaluation = set == nullptr ? nullptr : set->newEvaluation();
  return set.get();
}

std::string WorldForTest::problemText() const {
  std::string all;
  for (const Problem& problem : problems) {
    all += fmt::format("{} {}: {}\n",
                       problem.severity == Problem::Severity::kError ? "error" : "warning",
                       problem.where,
                       problem.message);
  }
  return all;
}

std::string WorldForTest::record(const directory::Schema& schema, const Attributes& values) {
  directory::RecordBuilder builder;
  for (const auto& [name, list] : values) {
    const auto id = attributes.find(name);
    const directory::AttributeDefinition* const definition = id ? schema.find(*id) : nullptr;
    TANDEM_CHECK(definition != nullptr);
    if (definition->type == ValueType::kReference) continue;
    for (const std::string& value : list) {
      std::string bytes = value;
      if (definition->type == ValueType::kInteger) {
        bytes = directory::encodeInteger(parseInteger(value).value());
      }
      if (definition->type == ValueType::kBoolean) {
        bytes = directory::encodeBoolean(value == "True");
      }
      if (definition->type == ValueType::kBinary) bytes = fromHex(value).value();
      builder.add(*id, definition->type, definition->multi, bytes);
    }
  }
  return builder.finish();
}

SourceObject WorldForTest::object(std::string_view type_name,
                                  const directory::Schema& schema,
                                  const Attributes& values,
                                  std::string_view dn) {
  auto links = std::make_unique<Links>();
  for (const auto& [name, list] : values) {
    if (name == "memberOf") {
      links->member_of = list;
      continue;
    }
    const auto id = attributes.find(name);
    const directory::AttributeDefinition* const definition = id ? schema.find(*id) : nullptr;
    if (definition != nullptr && definition->type == ValueType::kReference) {
      links->links[*id] = list;
    }
  }
  Attributes others = values;
  std::erase_if(others, [](const auto& one) { return one.first == "memberOf"; });
  kept_.push_back(std::make_unique<std::string>(record(schema, others)));
  const std::string& bytes = *kept_.back();
  kept_.push_back(std::make_unique<std::string>(dn));
  links_.push_back(std::move(links));
  return {type(type_name), *kept_.back(), bytes, bytes, links_.back().get()};
}

std::string WorldForTest::flowIn(const std::vector<SourceObject>& objects,
                                 std::string_view existing,
                                 bool creating) {
  std::vector<std::vector<std::uint32_t>> scopes;
  for (const SourceObject& one : objects) {
    const auto in_scope = set->inScope(*evaluation, kSource, Direction::kInbound, one);
    scopes.emplace_back(in_scope.begin(), in_scope.end());
  }
  std::vector<Contributor> contributors;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    contributors.push_back(
        {ConnectorObjectId(static_cast<std::int64_t>(i) + 1), kSource, objects[i], scopes[i]});
  }
  set->flowIn(*evaluation, contributors, existing, creating, result);
  return show(result);
}

std::string WorldForTest::flowOut(const SourceObject& metaverse_object,
                                  std::string_view existing,
                                  bool creating) {
  const auto in_scope = set->inScope(*evaluation, kCloud, Direction::kOutbound, metaverse_object);
  set->flowOut(*evaluation, kCloud, metaverse_object, in_scope, existing, creating, result);
  return show(result);
}

std::string WorldForTest::inScope(Direction direction, const SourceObject& object) {
  std::string names;
  const ConnectorId connector = direction == Direction::kInbound ? kSource : kCloud;
  for (const std::uint32_t index : set->inScope(*evaluation, connector, direction, object)) {
    names += (names.empty() ? "" : ", ") + set->rule(index).name;
  }
  return names;
}

std::string WorldForTest::show(const FlowResult& flow) const {
  if (flow.error) return flow.error->type + ": " + flow.error->message;
  TANDEM_CHECK(directory::isWellFormed(flow.record));
  std::vector<std::string> parts;
  directory::RecordReader reader(flow.record);
  while (const auto attribute = reader.next()) {
    if (attribute->values.isEmpty()) continue;  // see clears()
    std::string values;
    for (const std::string_view value : attribute->values) {
      values +=
          (values.empty() ? "" : ",") + directory::toDisplayText(attribute->values.type(), value);
    }
    parts.push_back(attributes.name(attribute->id) + "=" + values);
  }
  for (const ReferenceFlow& reference : flow.references) {
    parts.push_back(attributes.name(reference.target) + "<-" +
                    attributes.name(reference.source_attribute));
  }
  for (const AttributeId kept : flow.references_kept)
    parts.push_back(attributes.name(kept) + "=kept");
  if (!flow.dn.empty()) parts.push_back("dn=" + flow.dn);
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const std::string& part : parts)
    all += (all.empty() ? "" : "; ") + part;
  return all;
}

bool WorldForTest::clears(std::string_view name) const {
  const auto values = directory::findAttribute(result.record, *attributes.find(name));
  return values && values->isEmpty();
}

std::uint32_t WorldForTest::Links::count(AttributeId attribute) const {
  const auto found = links.find(attribute);
  return found == links.end() ? 0 : static_cast<std::uint32_t>(found->second.size());
}

std::vector<std::string> WorldForTest::Links::values(AttributeId attribute,
                                                     std::size_t /*limit*/) const {
  const auto found = links.find(attribute);
  return found == links.end() ? std::vector<std::string>() : found->second;
}

bool WorldForTest::Links::isMemberOf(std::string_view group_dn) const {
  return std::any_of(member_of.begin(), member_of.end(), [&](const std::string& dn) {
    return directory::dnKey(dn) == directory::dnKey(group_dn);
  });
}

AttributeMapping direct(std::string target, std::string source) {
  AttributeMapping mapping;
  mapping.target = std::move(target);
  mapping.source = std::move(source);
  return mapping;
}

AttributeMapping constant(std::string target, std::string value) {
  AttributeMapping mapping = direct(std::move(target), std::move(value));
  mapping.flow = FlowType::kConstant;
  return mapping;
}

AttributeMapping expression(std::string target, std::string text) {
  AttributeMapping mapping = direct(std::move(target), std::move(text));
  mapping.flow = FlowType::kExpression;
  return mapping;
}

ScopeGroup when(std::string attribute, std::string comparison, std::string value) {
  return {{std::move(attribute), std::move(comparison), std::move(value)}};
}

}  // namespace tandem::rules
