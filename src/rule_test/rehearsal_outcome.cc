// SPDX-License-Identifier: Apache-2.0
//
// What a rehearsal has come to, in the words of the test.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rule_test/rehearsal.h"

namespace tandem::rule_test {
namespace {

constexpr std::size_t kReasonsMax = 3;

std::string joined(const std::vector<std::string>& reasons) {
  return fmt::format("{}", fmt::join(reasons, "; "));
}

}  // namespace

void Rehearsal::count(std::string_view counter, ConnectorObjectId object, std::string_view) {
  if (counter.starts_with("disconnector-joined")) joined_.insert(object.raw());
}

std::optional<ConnectorObjectId> Rehearsal::objectNamed(const std::string& name) {
  const auto known = anchors_.find(name);
  if (known == anchors_.end()) return std::nullopt;
  return store_->space().findByAnchor(known->second.first, known->second.second);
}

std::optional<store::Link> Rehearsal::linkOf(const std::string& name) {
  const auto object = objectNamed(name);
  return object ? store_->metaverse().linkOf(*object) : std::nullopt;
}

std::string Rehearsal::anchorIn(const RehearsedConnector& target, const std::string& name) {
  const auto given = anchors_.find(name);
  if (given != anchors_.end() && given->second.first == target.id) return given->second.second;
  const auto known = targets_.find({target.id.raw(), name});
  return known == targets_.end() ? "" : known->second;
}

std::set<std::string> Rehearsal::namesOf(const RehearsedConnector& target,
                                         const std::string& anchor) {
  std::set<std::string> names;
  for (const auto& [key, other] : targets_) {
    if (key.first == target.id.raw() && other == anchor) names.insert(key.second);
  }
  for (const auto& [name, where] : anchors_) {
    if (where.first == target.id && where.second == anchor) names.insert(name);
  }
  return names;
}

bool Rehearsal::canWrite(const RehearsedConnector& target,
                         directory::ObjectTypeId type,
                         AttributeId attribute) const {
  const sync::EngineConnector* const connector = engine_.find(target.id);
  return connector != nullptr && connector->traits.of(type, attribute).writable;
}

std::string Rehearsal::errorsOf(ConnectorObjectId object) const {
  std::vector<std::string> all;
  for (const sync::ObjectProblem& one : object_problems_) {
    if (one.object == object) all.push_back(one.message);
  }
  return joined(all);
}

std::string Rehearsal::ruleName(directory::RuleId rule) const {
  const rules::RuleFacts* const facts = rules_->findRule(rule);
  return facts == nullptr ? "" : facts->name;
}

std::string Rehearsal::whyNotLinked(const GivenObject& given) {
  RehearsedConnector* const source = connector(given.connector);
  const auto object = objectNamed(given.name);
  const auto row = object ? store_->space().find(*object) : std::nullopt;
  if (source == nullptr || !row) return "";
  const rules::SourceObject view{row->type, row->dn, row->image, row->image, nullptr};
  std::vector<std::string> reasons;
  for (std::uint32_t i = 0; i < rules_->size() && reasons.size() < kReasonsMax; ++i) {
    const rules::RuleFacts& rule = rules_->rule(i);
    const bool makes = rule.connector == source->id &&
                       rule.direction == rules::Direction::kInbound &&
                       rule.link == rules::LinkType::kProvision && rule.source_type == row->type;
    if (!makes) continue;
    const std::string why = rules_->whyNotInScope(*evaluation_, i, view);
    if (!why.empty()) reasons.push_back(fmt::format("rule \"{}\": {}", rule.name, why));
  }
  if (reasons.empty()) return fmt::format("no rule makes anything of a {}", given.type);
  return joined(reasons);
}

std::string Rehearsal::whyNotProvisioned(const RehearsedConnector& target,
                                         const store::MetaverseRow& row) {
  const rules::SourceObject view{row.type, {}, row.record, row.record, nullptr};
  std::vector<std::string> reasons;
  for (std::uint32_t i = 0; i < rules_->size() && reasons.size() < kReasonsMax; ++i) {
    const rules::RuleFacts& rule = rules_->rule(i);
    const bool makes = rule.connector == target.id &&
                       rule.direction == rules::Direction::kOutbound &&
                       rule.link == rules::LinkType::kProvision && rule.source_type == row.type;
    if (!makes) continue;
    const std::string why = rules_->whyNotInScope(*evaluation_, i, view);
    if (!why.empty()) reasons.push_back(fmt::format("rule \"{}\": {}", rule.name, why));
  }
  return joined(reasons);
}

std::vector<std::string> Rehearsal::exportedAgain() {
  std::vector<std::string> again;
  if (!cycle()) return again;
  for (const RehearsedExport& one : exports_)
    again.push_back(fmt::format("{}", fmt::join(one.names, ", ")));
  return again;
}

}  // namespace tandem::rule_test
