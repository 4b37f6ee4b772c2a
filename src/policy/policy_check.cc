// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_check.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include <fmt/core.h>

#include "base/text.h"
#include "expression/suggestion.h"
#include "policy/findings.h"
#include "policy/shipped_facts.h"
#include "rules/default_rules.h"
#include "rules/rule_set.h"

namespace tandem::policy {
namespace {

bool names(const std::string& text, const rules::SyncRule& rule) {
  return equalsIgnoreCaseAscii(text, rule.name) || equalsIgnoreCaseAscii(text, rule.immutable_tag);
}

// All standard rules, the disabled ones too.
std::vector<rules::SyncRule> standardRules(const PolicyDocument& document) {
  if (!document.standard_rules.include) return {};
  rules::DefaultRuleOptions options;
  options.source_anchor = document.source_anchor.attribute;
  options.entra_connector.clear();
  for (const ConnectorPolicy& connector : document.connectors) {
    if (connector.isSource()) {
      options.sources.push_back({connector.name,
                                 isActiveDirectory(connector) ? rules::SourceKind::kActiveDirectory
                                                              : rules::SourceKind::kOpenLdap});
    } else {
      options.entra_connector = connector.name;
    }
  }
  std::vector<rules::SyncRule> standard = rules::defaultRules(options);
  // With no tenant yet there is nothing to write out to.
  standard.erase(std::remove_if(standard.begin(),
                                standard.end(),
                                [](const rules::SyncRule& rule) { return rule.connector.empty(); }),
                 standard.end());
  return standard;
}

// What a compiler of rules must know, from the schemas that ship with the project.
class ShippedWorld {
 public:
  explicit ShippedWorld(const PolicyDocument& document)
      : metaverse_(rules::metaverseSchema(attributes_)) {
    context_.attributes = &attributes_;
    context_.object_types = &object_types_;
    context_.metaverse_schema = &metaverse_;
    context_.rule_id = [this](const rules::SyncRule&) { return rules::RuleId(++last_rule_); };
    std::int64_t next = 0;
    for (const ConnectorPolicy& connector : document.connectors) {
      const rules::ConnectorId id(++next);
      const auto schema = schemas_.emplace(id, shippedSchema(connector, attributes_)).first;
      context_.connectors.emplace(connector.name, id);
      context_.connector_schemas.emplace(id, &schema->second);
      context_.parameters.emplace(id, shippedParameters(connector));
    }
  }

  const rules::CompileContext& context() const { return context_; }

 private:
  directory::AttributeTable attributes_;
  directory::NameTable object_types_;
  directory::Schema metaverse_;
  std::map<rules::ConnectorId, directory::Schema> schemas_;  // pointed to: a map never moves them
  std::int64_t last_rule_ = 0;
  rules::CompileContext context_;
};

void checkDisabled(const JsonNode& root,
                   const std::vector<rules::SyncRule>& standard,
                   Findings& findings) {
  const JsonNode* const section = root.find("standardRules");
  const JsonNode* const disabled = section == nullptr ? nullptr : section->find("disabled");
  if (disabled == nullptr) return;
  std::vector<std::string_view> known;
  for (const rules::SyncRule& rule : standard)
    known.push_back(rule.name);
  for (const JsonNode& item : disabled->items) {
    const bool found =
        std::any_of(standard.begin(), standard.end(), [&](const rules::SyncRule& rule) {
          return names(item.text, rule);
        });
    if (found) continue;
    findings.error(item.at,
                   fmt::format("there is no standard rule \"{}\"{}",
                               item.text,
                               expression::didYouMean(expression::closest(item.text, known))));
  }
}

// Entra Connect writes back to directories; this release does not.
void warnOfWriteBack(const PolicyDocument& document, Problems& problems) {
  for (const ConnectorPolicy& connector : document.connectors) {
    if (!connector.isSource()) continue;
    const rules::SyncRule* first = nullptr;
    std::size_t count = 0;
    for (const rules::SyncRule& rule : document.rules) {
      if (rule.disabled || rule.direction != rules::Direction::kOutbound ||
          rule.connector != connector.name)
        continue;
      if (first == nullptr) first = &rule;
      ++count;
    }
    if (first == nullptr) continue;
    problems.push_back(
        {Problem::Severity::kWarning,
         first->where,
         fmt::format("rule \"{}\"{} out to \"{}\": this release writes to the "
                     "tenant alone, so {}",
                     first->name,
                     count == 1 ? " goes" : fmt::format(" and {} more go", count - 1),
                     connector.name,
                     count == 1 ? "it does nothing" : "they do nothing")});
  }
}

}  // namespace

std::vector<rules::SyncRule> standardRulesInForce(const PolicyDocument& document) {
  std::vector<rules::SyncRule> all = standardRules(document);
  for (rules::SyncRule& rule : all) {
    for (const std::string& disabled : document.standard_rules.disabled) {
      if (names(disabled, rule)) rule.disabled = true;
    }
  }
  return all;
}

std::vector<rules::SyncRule> effectiveRules(const PolicyDocument& document) {
  std::vector<rules::SyncRule> all = standardRulesInForce(document);
  all.insert(all.end(), document.rules.begin(), document.rules.end());
  return all;
}

ReadPolicy checkPolicy(std::string_view text, std::string_view file) {
  ReadPolicy read = readPolicy(text, file);
  if (!read.document) return read;
  Findings findings;
  findings.adopt(read.problems, file, Position{});
  const auto parsed = parseJson(text);
  checkDisabled(std::get<JsonNode>(parsed), standardRules(*read.document), findings);
  const ShippedWorld world(*read.document);
  Problems problems;
  const std::vector<rules::SyncRule> all = effectiveRules(*read.document);
  (void)rules::RuleSet::compile(all, world.context(), problems);
  warnOfWriteBack(*read.document, problems);
  findings.adopt(problems, file, Position{});
  read.problems = findings.sorted(file);
  if (findings.hasErrors()) read.document.reset();
  return read;
}

}  // namespace tandem::policy
