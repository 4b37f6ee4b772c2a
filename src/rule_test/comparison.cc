// SPDX-License-Identifier: Apache-2.0
#include "rule_test/comparison.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "directory/value_text.h"
#include "expression/suggestion.h"
#include "sync/lineage.h"

namespace tandem::rule_test {
namespace {

using directory::ValueType;

std::string_view word(connectors::ExportOperation operation) {
  switch (operation) {
    case connectors::ExportOperation::kAdd:
      return "add";
    case connectors::ExportOperation::kUpdate:
      return "update";
    case connectors::ExportOperation::kDelete:
      return "delete";
  }
  return "";
}

std::string shown(const std::set<std::string>& values) {
  constexpr std::size_t kShownMax = 200;
  if (values.empty()) return "no value";
  std::string text = fmt::format("{}", fmt::join(values, "; "));
  if (text.size() > kShownMax) text = text.substr(0, kShownMax) + "…";
  return text;
}

class Comparison {
 public:
  Comparison(const TestCase& test, Rehearsal& rehearsal, Problems& problems, std::string file)
      : test_(test), rehearsal_(rehearsal), problems_(problems), file_(std::move(file)) {}

  std::vector<Failure> run() {
    for (const auto& [space, at] : test_.spaces) {
      if (space != "metaverse" && rehearsal_.connector(space) == nullptr) {
        problem(at, fmt::format("the policy has no connector \"{}\"{}", space, nearest(space)));
      }
    }
    if (!problems_.empty()) return {};
    for (const Expectation& one : test_.expectations) {
      const RehearsedConnector* const connector = rehearsal_.connector(one.space);
      if (connector == nullptr) {
        compareMetaverse(one);
      } else if (connector->tenant != nullptr) {
        compareTarget(one, *connector);
      } else {
        compareSource(one);
      }
    }
    for (const auto& [space, at] : test_.spaces) {
      const RehearsedConnector* const connector = rehearsal_.connector(space);
      if (connector != nullptr && connector->tenant != nullptr) findUnexpected(*connector, at);
    }
    return std::move(failures_);
  }

 private:
  void problem(Place at, std::string message) {
    problems_.push_back({Problem::Severity::kError, placeText(file_, at), std::move(message)});
  }

  void fail(Place at, std::string subject, std::string expected, std::string got, std::string why) {
    failures_.push_back(
        {at, std::move(subject), std::move(expected), std::move(got), std::move(why)});
  }

  std::string nearest(std::string_view name) const {
    std::vector<std::string_view> names = {"metaverse"};
    for (const auto& connector : rehearsal_.connectors())
      names.push_back(connector->policy->name);
    return expression::didYouMean(expression::closest(name, names));
  }

  static std::string subject(const Expectation& one, std::string_view what = {}) {
    return fmt::format("{}, {}{}{}", one.space, one.name, what.empty() ? "" : ", ", what);
  }

  const GivenObject* given(const std::string& name) const {
    for (const auto* const list : {&test_.given, &test_.then}) {
      for (const GivenObject& object : *list) {
        if (object.name == name) return &object;
      }
    }
    return nullptr;
  }

  std::string whyNotLinked(const std::string& name) {
    const GivenObject* const object = given(name);
    return object == nullptr ? "" : rehearsal_.whyNotLinked(*object);
  }

  void refuse(const Expectation& one, const std::optional<Text>& text, std::string_view key) {
    if (!text) return;
    problem(
        text->at,
        fmt::format("\"{}\" says nothing of {}; see docs/reference/rule-tests.md", key, one.space));
  }

  // ------------------------------------------------------------ sources

  void compareSource(const Expectation& one) {
    refuse(one, one.outcome, "export");
    refuse(one, one.type, "type");
    if (!one.attributes.empty() || !one.rules.empty()) {
      problem(
          one.at,
          fmt::format("{} is where values come from; expect them of the metaverse or of a target",
                      one.space));
    }
    const auto object = rehearsal_.objectNamed(one.name);
    const auto link = rehearsal_.linkOf(one.name);
    const std::string errors = object ? rehearsal_.errorsOf(*object) : "";
    if (one.error && errors.find(one.error->text) == std::string::npos) {
      fail(one.error->at,
           subject(one, "error"),
           one.error->text,
           errors.empty() ? "no error" : errors,
           "");
    }
    if (!one.error && !errors.empty()) fail(one.at, subject(one), "no error", errors, "");
    const std::string got = !link ? "none" : rehearsal_.hasJoined(*object) ? "joined" : "projected";
    const std::string rule = link ? rehearsal_.ruleName(link->in_rule) : "";
    if (one.link && one.link->text != got) {
      fail(one.link->at,
           subject(one, "link"),
           one.link->text,
           got,
           link ? fmt::format("by rule \"{}\"", rule) : whyNotLinked(one.name));
    }
    if (one.rule && one.rule->text != rule) {
      fail(one.rule->at,
           subject(one, "rule"),
           one.rule->text,
           rule.empty() ? "no rule" : rule,
           link ? "" : whyNotLinked(one.name));
    }
  }

  // ------------------------------------------------------------ metaverse

  void compareMetaverse(const Expectation& one) {
    refuse(one, one.outcome, "export");
    refuse(one, one.link, "link");
    refuse(one, one.rule, "rule");
    refuse(one, one.error, "error");
    const auto link = rehearsal_.linkOf(one.name);
    const auto row = link ? rehearsal_.store().metaverse().find(link->mv) : std::nullopt;
    if (!row) {
      return fail(one.at, subject(one), "an object", "none", whyNotLinked(one.name));
    }
    compareType(one, row->type);
    const sync::LineageRecord lineage = sync::decodeLineage(row->lineage);
    for (const WrittenAttribute& written : one.attributes) {
      const auto* const definition = definitionOf(written, rehearsal_.metaverseSchema(), one.space);
      if (definition == nullptr) continue;
      if (definition->type == ValueType::kReference) {
        problem(written.at, "references are no values of the metaverse; expect them of a target");
        continue;
      }
      compareValues(one, written, *definition, row->record, rulesOf(lineage, definition->id));
    }
    compareRules(one, lineage, rehearsal_.metaverseSchema());
  }

  void compareType(const Expectation& one, directory::ObjectTypeId type) {
    const std::string& got =
        rehearsal_.store().names().objectTypes().name(static_cast<std::uint32_t>(type.raw()));
    if (one.type && one.type->text != got) {
      fail(one.type->at, subject(one, "type"), one.type->text, got, "");
    }
  }

  // ------------------------------------------------------------ targets

  void compareTarget(const Expectation& one, const RehearsedConnector& target) {
    refuse(one, one.link, "link");
    refuse(one, one.rule, "rule");
    refuse(one, one.error, "error");
    const std::string anchor = rehearsal_.anchorIn(target, one.name);
    std::string got = "nothing";
    for (const RehearsedExport& done : rehearsal_.exports()) {
      if (done.connector == target.id && done.names.count(one.name) > 0) got = word(done.operation);
    }
    if (one.outcome && one.outcome->text != got) {
      fail(one.outcome->at,
           subject(one, "export"),
           one.outcome->text,
           got,
           whyNotThere(one, target));
    }
    const bool of_values = !one.attributes.empty() || !one.rules.empty() || one.type.has_value();
    if (one.outcome && !of_values) return;
    const RehearsedTenant::Object* const object = target.tenant->find(anchor);
    if (object == nullptr) {
      return fail(one.at, subject(one), "an object", "none", whyNotThere(one, target));
    }
    compareType(one, object->type);
    const sync::LineageRecord lineage = lineageOf(target, anchor);
    for (const WrittenAttribute& written : one.attributes) {
      const auto* const definition = definitionOf(written, target.schema, one.space);
      if (definition == nullptr) continue;
      std::string rules = rulesOf(lineage, definition->id);
      if (!rehearsal_.canWrite(target, object->type, definition->id)) {
        rules =
            fmt::format("{} has no place for {}: it is never exported", one.space, written.name);
      }
      if (definition->type == ValueType::kReference) {
        compareReferences(one, written, definition->id, {target, *object, rules});
      } else {
        compareValues(one, written, *definition, object->image, rules);
      }
    }
    compareRules(one, lineage, target.schema);
  }

  // Which step on the way there kept it away.
  std::string whyNotThere(const Expectation& one, const RehearsedConnector& target) {
    const auto link = rehearsal_.linkOf(one.name);
    const auto row = link ? rehearsal_.store().metaverse().find(link->mv) : std::nullopt;
    if (!row) return whyNotLinked(one.name);
    return rehearsal_.whyNotProvisioned(target, *row);
  }

  sync::LineageRecord lineageOf(const RehearsedConnector& target, const std::string& anchor) {
    const auto id = rehearsal_.store().space().findByAnchor(target.id, anchor);
    const auto wanted = id ? rehearsal_.store().exports().wanted(*id) : std::nullopt;
    return wanted ? sync::decodeLineage(wanted->lineage) : sync::LineageRecord{};
  }

  struct ReferencesOf {
    const RehearsedConnector& target;
    const RehearsedTenant::Object& object;
    const std::string& rules;
  };

  void compareReferences(const Expectation& one,
                         const WrittenAttribute& written,
                         AttributeId attribute,
                         const ReferencesOf& of) {
    std::set<std::string> got;
    std::set<std::string> unnamed(written.values.begin(), written.values.end());
    const auto found = of.object.references.find(attribute);
    bool same = true;
    if (found != of.object.references.end()) {
      for (const std::string& anchor : found->second) {
        // An object may have several names; the one that the test uses is the one to show.
        const std::set<std::string> names = rehearsal_.namesOf(of.target, anchor);
        std::string name = names.empty() ? anchor : *names.begin();
        bool expected = false;
        for (const std::string& candidate : names) {
          if (unnamed.erase(candidate) == 0) continue;
          expected = true;
          name = candidate;
        }
        same = same && expected;
        got.insert(name);
      }
    }
    if (same && unnamed.empty()) return;
    fail(written.at,
         subject(one, written.name),
         shown({written.values.begin(), written.values.end()}),
         shown(got),
         of.rules);
  }

  // What the test says nothing of must not be exported: a rule that takes in more than it was
  // meant to would otherwise pass every test.
  void findUnexpected(const RehearsedConnector& target, Place at) {
    for (const RehearsedExport& done : rehearsal_.exports()) {
      if (done.connector != target.id) continue;
      const bool expected =
          std::any_of(test_.expectations.begin(), test_.expectations.end(), [&](const auto& one) {
            return one.space == target.policy->name && done.names.count(one.name) > 0;
          });
      if (expected) continue;
      fail(at,
           fmt::format("{}, {}", target.policy->name, fmt::join(done.names, ", ")),
           "nothing is exported that the test does not name",
           std::string(word(done.operation)),
           "");
    }
  }

  // ------------------------------------------------------------ values and their rules

  const directory::AttributeDefinition* definitionOf(const WrittenAttribute& written,
                                                     const directory::Schema& schema,
                                                     const std::string& space) {
    directory::AttributeTable& names = rehearsal_.store().names().attributes();
    const auto id = names.find(written.name);
    const auto* const definition = id ? schema.find(*id) : nullptr;
    if (definition != nullptr) return definition;
    std::vector<std::string_view> known;
    for (const directory::AttributeDefinition& one : schema.definitions())
      known.push_back(names.name(one.id));
    problem(written.at,
            fmt::format("{} has no attribute \"{}\"{}",
                        space == "metaverse" ? "the metaverse" : space,
                        written.name,
                        expression::didYouMean(expression::closest(written.name, known))));
    return nullptr;
  }

  void compareValues(const Expectation& one,
                     const WrittenAttribute& written,
                     const directory::AttributeDefinition& definition,
                     std::string_view record,
                     const std::string& rules) {
    std::set<std::string> wanted;
    for (const std::string& value : written.values) {
      const auto bytes = directory::parseValueText(written.name, definition.type, value);
      if (!bytes) {
        return problem(written.at,
                       fmt::format("\"{}\" is no value of \"{}\", which is {}",
                                   value,
                                   written.name,
                                   directory::toString(definition.type)));
      }
      wanted.insert(directory::valueText(written.name, definition.type, *bytes));
    }
    std::set<std::string> got;
    if (const auto values = directory::findAttribute(record, definition.id)) {
      for (const std::string_view bytes : *values)
        got.insert(directory::valueText(written.name, definition.type, bytes));
    }
    if (got == wanted) return;
    fail(written.at, subject(one, written.name), shown(wanted), shown(got), rules);
  }

  std::string rulesOf(const sync::LineageRecord& lineage, AttributeId attribute) const {
    std::set<std::string> names;
    for (const rules::Lineage& one : lineage.values) {
      if (one.attribute == attribute) names.insert(rehearsal_.ruleName(one.rule));
    }
    for (const rules::ReferenceFlow& one : lineage.references) {
      if (one.target == attribute) names.insert(rehearsal_.ruleName(one.rule));
    }
    return names.empty() ? "no rule gives a value"
                         : fmt::format("by rule \"{}\"", fmt::join(names, "\", \""));
  }

  void compareRules(const Expectation& one,
                    const sync::LineageRecord& lineage,
                    const directory::Schema& schema) {
    for (const WrittenAttribute& written : one.rules) {
      const auto* const definition = definitionOf(written, schema, one.space);
      if (definition == nullptr) continue;
      const std::string got = rulesOf(lineage, definition->id);
      const std::string wanted = fmt::format("by rule \"{}\"", written.values.front());
      if (got == wanted) continue;
      fail(written.at, subject(one, written.name), wanted, got, "");
    }
  }

  const TestCase& test_;
  Rehearsal& rehearsal_;
  Problems& problems_;
  std::string file_;
  std::vector<Failure> failures_;
};

}  // namespace

std::vector<Failure> compare(const TestCase& test, Rehearsal& rehearsal, Problems& problems) {
  std::vector<Failure> failures =
      Comparison(test, rehearsal, problems, rehearsal.document().file).run();
  if (!problems.empty() || !failures.empty()) return failures;
  const std::vector<std::string> again = rehearsal.exportedAgain();
  if (!again.empty()) {
    failures.push_back({test.at,
                        "a second cycle",
                        "nothing to export, as nothing has changed",
                        fmt::format("again: {}", fmt::join(again, "; ")),
                        ""});
  }
  return failures;
}

}  // namespace tandem::rule_test
