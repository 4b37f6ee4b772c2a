// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/table.h"
#include "policy/policy_check.h"
#include "rules/rule_json.h"

namespace tandem::cli {
namespace {

class RuleListCommand : public Command {
 public:
  std::string_view summary() const override { return "The rules in force, by precedence"; }
  std::string_view examples() const override {
    return "  tandem rule list\n"
           "  tandem rule list --connector entra\n"
           "  tandem rule list --name \"In from AD - User Common\" --json   the rule in full\n"
           "  tandem Get-ADSyncRule";
  }
  void declare(CLI::App& app) override {
    app.add_option("--name", name_, "Only rules with this name, or this part of it");
    app.add_option("--id", id_, "Only the rule with this id");
    app.add_option("--connector", connector_, "Only rules of this connector");
    app.add_flag("--as-cmdlet", as_cmdlet_, "As Get-ADSyncRule prints it");
  }

  Result<ExitCode> run(Session& session) override {
    const policy::PolicyDocument document = TRY(session.openPolicy());
    std::vector<rules::SyncRule> rules = policy::effectiveRules(document);
    std::stable_sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) {
      return a.precedence < b.precedence;
    });
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    Table table({{"PREC", Column::Kind::kNumber},
                 {"NAME", Column::Kind::kLong},
                 {"CONNECTOR", Column::Kind::kLong},
                 {"DIRECTION", Column::Kind::kText},
                 {"LINK", Column::Kind::kText},
                 {"FLOWS", Column::Kind::kNumber},
                 {"STATE", Column::Kind::kText}});
    for (const rules::SyncRule& rule : rules) {
      if (!isChosen(rule)) continue;
      list.push_back(rules::toJson(rule));
      if (as_cmdlet_) printAsCmdlet(session, rule);
      table.add({fmt::format("{}", rule.precedence),
                 rule.name,
                 rule.connector,
                 std::string(rules::toString(rule.direction)),
                 std::string(rules::toString(rule.link)),
                 fmt::format("{}", rule.mappings.size()),
                 rule.disabled ? "disabled" : "on"});
    }
    if (session.json) {
      session.printJson({{"rules", list}});
    } else if (!as_cmdlet_) {
      session.print(table.isEmpty() ? "No rule fits." : table.render(session.width));
    }
    return ExitCode::kDone;
  }

 private:
  bool isChosen(const rules::SyncRule& rule) const {
    const bool name_fits = foldCase(rule.name).find(foldCase(name_)) != std::string::npos;
    return name_fits && (id_.empty() || equalsIgnoreCaseAscii(rule.id, id_)) &&
           (connector_.empty() || equalsIgnoreCaseAscii(rule.connector, connector_));
  }

  void printAsCmdlet(const Session& session, const rules::SyncRule& rule) const {
    if (session.json) return;
    session.print(renderList({{"Identifier", rule.id},
                              {"Name", rule.name},
                              {"Description", rule.description},
                              {"ImmutableTag", rule.immutable_tag},
                              {"Connector", rule.connector},
                              {"Direction", std::string(rules::toString(rule.direction))},
                              {"Disabled", rule.disabled ? "True" : "False"},
                              {"SourceObjectType", rule.source_type},
                              {"TargetObjectType", rule.target_type},
                              {"Precedence", fmt::format("{}", rule.precedence)},
                              {"LinkType", std::string(rules::toString(rule.link))},
                              {"EnablePasswordSync", rule.password_sync ? "True" : "False"},
                              {"AttributeFlowMappings", fmt::format("{}", rule.mappings.size())}}) +
                  "\n");
  }

  std::string name_, id_, connector_;
  bool as_cmdlet_ = false;
};

}  // namespace

std::unique_ptr<Command> makeRuleListCommand() {
  return std::make_unique<RuleListCommand>();
}

}  // namespace tandem::cli
