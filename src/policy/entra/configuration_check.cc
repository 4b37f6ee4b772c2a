// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/configuration_check.h"

#include <map>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "policy/entra/rule_words.h"

namespace tandem::policy::entra {
namespace {

void checkUnique(std::map<std::string, std::string>& seen,
                 const std::string& id,
                 const std::string& what,
                 const WordPlace& at) {
  if (id.empty()) return;
  const auto [there, is_new] = seen.emplace(id, at.where);
  if (is_new) return;
  at.error(
      fmt::format("{} {} has the id that stands in {} already: an id is there once; remove the "
                  "copy, or give it an id of its own",
                  what,
                  id,
                  there->second));
}

// The order that precedence-after and precedence-before ask for, as edges from a rule to those that
// have to come behind it.
class PrecedenceOrder {
 public:
  PrecedenceOrder(const std::vector<EntraRule>& rules, Problems& problems)
      : rules_(rules), problems_(problems), behind_(rules.size()), state_(rules.size()) {
    for (std::size_t i = 0; i < rules.size(); ++i)
      index_.emplace(rules[i].body.id, i);
    for (std::size_t i = 0; i < rules.size(); ++i) {
      addEdge(rules[i].precedence_after, i, /*other_first=*/true);
      addEdge(rules[i].precedence_before, i, /*other_first=*/false);
    }
  }

  void check() {
    for (std::size_t i = 0; i < rules_.size(); ++i)
      visit(i);
  }

 private:
  enum class State : std::uint8_t {
    kNew,
    kOnPath,
    kDone
  };

  void addEdge(const std::string& other, std::size_t rule, bool other_first) {
    if (other.empty()) return;
    const auto found = index_.find(other);
    // The neighbour may be a rule of the server that this export does not hold.
    if (found == index_.end()) return;
    const std::size_t first = other_first ? found->second : rule;
    const std::size_t second = other_first ? rule : found->second;
    behind_[first].push_back(second);
  }

  // Depth first, with the path at hand instead of the call stack: an export may have many rules.
  void visit(std::size_t start) {
    if (state_[start] != State::kNew) return;
    std::vector<std::pair<std::size_t, std::size_t>> path{{start, 0}};
    state_[start] = State::kOnPath;
    while (!path.empty()) {
      const auto [rule, next] = path.back();
      if (next == behind_[rule].size()) {
        state_[rule] = State::kDone;
        path.pop_back();
        continue;
      }
      ++path.back().second;
      const std::size_t behind = behind_[rule][next];
      if (state_[behind] == State::kOnPath) {
        reportCircle(path, behind);
      } else if (state_[behind] == State::kNew) {
        state_[behind] = State::kOnPath;
        path.emplace_back(behind, 0);
      }
    }
  }

  void reportCircle(const std::vector<std::pair<std::size_t, std::size_t>>& path,
                    std::size_t start) {
    std::vector<std::string> names;
    bool inside = false;
    for (const auto& [rule, next] : path) {
      inside = inside || rule == start;
      if (inside) names.push_back(fmt::format("\"{}\"", rules_[rule].body.name));
    }
    names.push_back(names.front());
    WordPlace{rules_[start].body.where, problems_}.error(
        fmt::format("the rules have to stand behind each other in a circle: {}; remove one of "
                    "their precedence-after and precedence-before",
                    fmt::join(names, ", then ")));
  }

  const std::vector<EntraRule>& rules_;
  Problems& problems_;
  std::map<std::string, std::size_t> index_;
  std::vector<std::vector<std::size_t>> behind_;
  std::vector<State> state_;
};

}  // namespace

void checkConfiguration(const EntraConfiguration& configuration, Problems& problems) {
  std::map<std::string, std::string> connectors;
  for (const EntraConnector& connector : configuration.connectors) {
    checkUnique(connectors, connector.id, "the connector", {connector.where, problems});
  }
  std::map<std::string, std::string> rules;
  for (const EntraRule& rule : configuration.rules) {
    const WordPlace at{rule.body.where, problems};
    checkUnique(rules, rule.body.id, "the rule", at);
    const std::string& connector = rule.body.connector;
    if (configuration.has_connectors && !connector.empty() &&
        configuration.findConnector(connector) == nullptr) {
      at.error(
          fmt::format("the rule \"{}\" belongs to the connector {}, which is not in the export: "
                      "export all of the server, or remove the rule",
                      rule.body.name,
                      connector));
    }
  }
  PrecedenceOrder(configuration.rules, problems).check();
}

}  // namespace tandem::policy::entra
