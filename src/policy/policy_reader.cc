// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_reader.h"

#include <algorithm>
#include <functional>
#include <map>
#include <variant>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "checks/check_table.h"
#include "expression/suggestion.h"
#include "policy/connector_reader.h"
#include "policy/object_reader.h"
#include "rules/rule_json.h"

namespace tandem::policy {
namespace {

using Kind = JsonNode::Kind;

constexpr std::uint32_t kPercent = 100;
constexpr std::uint32_t kMany = 1000000000;
constexpr std::uint32_t kQuietSecondsMin = 5;
constexpr std::uint32_t kQuietSecondsMax = 3600;

nlohmann::json toLibraryJson(const JsonNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBoolean:
      return node.boolean;
    case Kind::kNumber:
      return nlohmann::json::parse(node.text, nullptr, /*allow_exceptions=*/false);
    case Kind::kString:
      return node.text;
    case Kind::kArray: {
      auto array = nlohmann::json::array();
      for (const JsonNode& item : node.items)
        array.push_back(toLibraryJson(item));
      return array;
    }
    case Kind::kObject: {
      auto object = nlohmann::json::object();
      for (const JsonMember& member : node.members) {
        object[member.name] = toLibraryJson(member.value);
      }
      return object;
    }
  }
  return nullptr;
}

std::string unescapePointer(std::string_view token) {
  std::string plain;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      plain += token[++i] == '1' ? '/' : '~';
    } else {
      plain += token[i];
    }
  }
  return plain;
}

// Where the value stands that a JSON pointer (RFC 6901) names; its nearest known ancestor when the
// last part is missing.
Position locate(const JsonNode& root, std::string_view pointer) {
  const JsonNode* node = &root;
  Position at = root.at;
  while (!pointer.empty() && pointer.front() == '/') {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    const JsonNode* next = nullptr;
    if (node->kind == Kind::kArray) {
      const auto index = parseInteger(token);
      const bool inside =
          index && *index >= 0 && static_cast<std::size_t>(*index) < node->items.size();
      if (inside) next = &node->items[static_cast<std::size_t>(*index)];
    } else {
      next = node->find(unescapePointer(token));
    }
    if (next == nullptr) return at;
    node = next;
    at = next->at;
  }
  return at;
}

class PolicyReader {
 public:
  explicit PolicyReader(std::string_view file) : file_(file) {}

  ReadPolicy read(std::string_view text) {
    const auto parsed = parseJson(text);
    if (const auto* error = std::get_if<JsonSyntaxError>(&parsed)) {
      findings_.error(error->at, error->message);
    } else {
      readDocument(std::get<JsonNode>(parsed));
    }
    ReadPolicy result;
    result.problems = findings_.sorted(file_);
    if (!findings_.hasErrors()) result.document = std::move(document_);
    return result;
  }

 private:
  void readDocument(const JsonNode& root) {
    if (root.kind != Kind::kObject) {
      findings_.error(root.at, "a policy is an object {…}");
      return;
    }
    ObjectReader in(root, findings_);
    in.member("$schema");
    readVersion(in);
    in.object("exported", [&](ObjectReader& exported) { readExported(exported); });
    in.object("identity", [&](ObjectReader& identity) { readIdentity(identity); });
    in.object("sourceAnchor", [&](ObjectReader& anchor) { readAnchor(anchor); });
    in.object("signIn", [&](ObjectReader& sign_in) {
      sign_in.word("method", kSignInMethods, document_.sign_in);
    });
    in.object("optionalFeatures", [&](ObjectReader& features) { readFeatures(features); });
    in.member("connectors", /*required=*/true);
    in.objects("connectors",
               [&](ObjectReader& connector) { addConnector(connector, readConnector(connector)); });
    in.object("standardRules", [&](ObjectReader& standard) {
      standard.flag("include", document_.standard_rules.include);
      standard.texts("disabled", document_.standard_rules.disabled);
      readRules(standard, "inFull", {}, document_.standard_rules.in_full);
    });
    const CheckRule check = [&](const JsonNode& node, const rules::SyncRule& rule) {
      checkRule(node, rule);
    };
    readRules(in, "rules", check, document_.rules);
    in.objects("runProfiles", [&](ObjectReader& profile) { readRunProfile(profile); });
    in.object("scheduler", [&](ObjectReader& scheduler) { readScheduler(scheduler); });
    in.object("thresholds", [&](ObjectReader& thresholds) { readThresholds(thresholds); });
    in.object("attributeChecks", [&](ObjectReader& section) { readAttributeChecks(section); });
    in.object("retention", [&](ObjectReader& retention) {
      retention.timeSpan("runHistory", document_.retention.run_history, std::chrono::hours(1));
    });
    in.finish();
    if (document_.connectors.empty() && root.find("connectors") != nullptr) {
      findings_.warning(root.at, "there are no connectors: nothing will be synchronized");
    }
  }

  // Another version has other keys: one message says more than a hundred about those.
  void readVersion(ObjectReader& in) {
    std::uint32_t version = kPolicyVersion;
    in.member("version", /*required=*/true);
    in.number("version", version, 0, kMany);
    if (version == kPolicyVersion) return;
    findings_.error(in.node().find("version")->at,
                    fmt::format("this is policy version {}; this program reads version {}: use the "
                                "release of Tandem that wrote it, or a newer one",
                                version,
                                kPolicyVersion));
  }

  void readExported(ObjectReader& in) {
    Exported& exported = document_.exported.emplace();
    in.text("by", exported.by);
    in.text("host", exported.host);
    in.text("serverId", exported.server_id);
    in.text("at", exported.at);
    in.text("version", exported.version);
  }

  void readIdentity(ObjectReader& in) {
    in.text("name", document_.identity.name);
    in.text("tenant", document_.identity.tenant);
  }

  void readAnchor(ObjectReader& in) {
    in.text("attribute", document_.source_anchor.attribute, /*required=*/true);
    std::string& attribute = document_.source_anchor.attribute;
    if (attribute == "automatic") attribute.clear();
    // Values of these change in the life of a person, and the anchor must not (docs: policy).
    for (const std::string_view changing : {"userPrincipalName", "mail", "sAMAccountName"}) {
      if (!equalsIgnoreCaseAscii(attribute, changing)) continue;
      findings_.error(
          in.node().find("attribute")->at,
          fmt::format("{} changes when a person's name does, and the source anchor must "
                      "never change: use \"automatic\", \"objectGUID\" or an attribute "
                      "like employeeID that keeps its value",
                      changing));
    }
  }

  // Carried from server to server; an administrator must know which of them do nothing yet.
  void readFeature(ObjectReader& in, std::string_view key, bool& field) {
    in.flag(key, field);
    if (!field) return;
    findings_.warning(in.node().find(key)->at,
                      fmt::format("\"{}\" is carried with the settings, but this release does not "
                                  "act on it",
                                  key));
  }

  void readFeatures(ObjectReader& in) {
    OptionalFeatures& features = document_.features;
    readFeature(in, "passwordWriteback", features.password_writeback);
    readFeature(in, "groupWriteback", features.group_writeback);
    readFeature(in, "deviceWriteback", features.device_writeback);
    readFeature(in, "userWriteback", features.user_writeback);
    readFeature(in, "exchangeHybrid", features.exchange_hybrid);
    readFeature(in, "exchangeMailPublicFolders", features.exchange_mail_public_folders);
    in.text("pilotGroup", features.pilot_group);
    in.texts("directoryExtensions", features.directory_extensions);
    for (const std::string_view key : {"pilotGroup", "directoryExtensions"}) {
      const JsonNode* const node = in.node().find(key);
      if (node == nullptr || (node->text.empty() && node->items.empty())) continue;
      findings_.warning(node->at,
                        fmt::format("\"{}\" is carried with the settings, but this release does "
                                    "not act on it",
                                    key));
    }
  }

  void addConnector(ObjectReader& in, ConnectorPolicy connector) {
    for (const ConnectorPolicy& other : document_.connectors) {
      if (equalsIgnoreCaseAscii(other.name, connector.name)) {
        findings_.error(in.node().at,
                        fmt::format("the connector name \"{}\" is used in line {} already",
                                    connector.name,
                                    other.at.line));
      }
      if (!connector.id.empty() && equalsIgnoreCaseAscii(other.id, connector.id)) {
        findings_.error(
            in.node().at,
            fmt::format(
                "the connector id {} is used in line {} already", connector.id, other.at.line));
      }
      if (!other.isSource() && !connector.isSource()) {
        findings_.error(in.node().at,
                        fmt::format("there is a connector of kind \"entra\" in line {} already; a "
                                    "server writes to one tenant",
                                    other.at.line));
      }
    }
    connector.id = toLowerAscii(connector.id);
    document_.connectors.push_back(std::move(connector));
  }

  using CheckRule = std::function<void(const JsonNode&, const rules::SyncRule&)>;

  void readRules(ObjectReader& in,
                 std::string_view key,
                 const CheckRule& check,
                 std::vector<rules::SyncRule>& into) {
    const JsonNode* const rules = in.member(key);
    if (rules == nullptr || !in.expect(*rules, Kind::kArray, key)) return;
    for (const JsonNode& node : rules->items) {
      const rules::Locate where = [&](std::string_view pointer) {
        const Position at = locate(node, pointer);
        return fmt::format("{}:{}:{}", file_, at.line, at.column);
      };
      Problems problems;
      rules::SyncRule rule = rules::parseRule(toLibraryJson(node), where, problems);
      findings_.adopt(problems, file_, node.at);
      if (check) check(node, rule);
      into.push_back(std::move(rule));
    }
  }

  void checkRule(const JsonNode& node, const rules::SyncRule& rule) {
    constexpr int kFirstStandard = 100;
    const auto at = [&](std::string_view key) {
      const JsonNode* const value = node.find(key);
      return value != nullptr ? value->at : node.at;
    };
    if (document_.standard_rules.include && rule.precedence >= kFirstStandard) {
      findings_.error(
          at("precedence"),
          fmt::format("the precedence of a custom rule is 0 to 99, but it is {}: 100 and "
                      "more belong to the standard rules, as long as those are included",
                      rule.precedence));
    }
    if (!rule.connector.empty() && document_.findConnector(rule.connector) == nullptr) {
      findings_.error(at("connector"), fmt::format("there is no connector \"{}\"", rule.connector));
    }
    for (const rules::SyncRule& other : document_.rules) {
      if (!rule.id.empty() && equalsIgnoreCaseAscii(other.id, rule.id)) {
        findings_.error(at("id"), fmt::format("the rule \"{}\" has this id already", other.name));
      }
      if (other.precedence == rule.precedence) {
        findings_.error(at("precedence"),
                        fmt::format("precedence {} is taken by the rule \"{}\"; each is used once",
                                    rule.precedence,
                                    other.name));
      }
    }
  }

  void readRunProfile(ObjectReader& in) {
    RunProfile profile;
    in.text("name", profile.name, /*required=*/true);
    in.text("connector", profile.connector, /*required=*/true);
    const JsonNode* const steps = in.member("steps", /*required=*/true);
    if (steps != nullptr && in.expect(*steps, Kind::kArray, "steps")) {
      for (const JsonNode& step : steps->items)
        readStep(step, profile);
      if (steps->items.empty()) findings_.error(steps->at, "a run profile has at least one step");
    }
    if (!profile.connector.empty() && document_.findConnector(profile.connector) == nullptr) {
      findings_.error(in.node().find("connector")->at,
                      fmt::format("there is no connector \"{}\"", profile.connector));
    }
    for (const Word<RunStep>& word : kRunSteps) {
      if (equalsIgnoreCaseAscii(word.text, profile.name)) {
        findings_.error(in.node().at,
                        fmt::format("\"{}\" is one of the five run profiles that every connector "
                                    "has: choose another name",
                                    profile.name));
      }
    }
    document_.run_profiles.push_back(std::move(profile));
  }

  void readStep(const JsonNode& node, RunProfile& profile) {
    for (const Word<RunStep>& word : kRunSteps) {
      if (node.kind == Kind::kString && node.text == word.text) {
        profile.steps.push_back(word.value);
        return;
      }
    }
    findings_.error(
        node.at,
        "a step is \"Full Import\", \"Delta Import\", \"Full Synchronization\", \"Delta "
        "Synchronization\" or \"Export\"");
  }

  void readScheduler(ObjectReader& in) {
    Scheduler& scheduler = document_.scheduler;
    in.flag("cycleEnabled", scheduler.cycle_enabled);
    in.timeSpan("cycleInterval", scheduler.cycle_interval, std::chrono::seconds(1));
    in.flag("maintenanceEnabled", scheduler.maintenance_enabled);
    in.flag("onChange", scheduler.on_change);
    std::uint32_t quiet = static_cast<std::uint32_t>(scheduler.quiet.count());
    in.number("quietSeconds", quiet, kQuietSecondsMin, kQuietSecondsMax);
    scheduler.quiet = std::chrono::seconds(quiet);
    if (scheduler.cycle_interval > std::chrono::hours(24 * 7)) {
      findings_.warning(in.node().find("cycleInterval")->at,
                        "more than 7 days apart: the directory may have forgotten the deletions in "
                        "between, and each cycle would need a full import");
    }
  }

  void readThresholds(ObjectReader& in) {
    Thresholds& thresholds = document_.thresholds;
    in.object("deletions", [&](ObjectReader& deletions) {
      DeletionThreshold& limit = thresholds.deletions;
      deletions.flag("enabled", limit.enabled);
      deletions.number("count", limit.count, 0, kMany);
      deletions.number("percent", limit.percent, 0, kPercent);
      deletions.number("percentAppliesAbove", limit.percent_applies_above, 0, kMany);
      if (!limit.enabled) {
        findings_.warning(deletions.node().at, "the deletion threshold is switched off");
      }
    });
    in.object("changes", [&](ObjectReader& changes) {
      changes.flag("enabled", thresholds.changes.enabled);
      changes.number("percent", thresholds.changes.percent, 0, kPercent);
      changes.number("percentAppliesAbove", thresholds.changes.percent_applies_above, 0, kMany);
    });
    in.object("absence", [&](ObjectReader& absence) {
      absence.flag("enabled", thresholds.absence.enabled);
      absence.number("percent", thresholds.absence.percent, 0, kPercent);
      absence.number("percentAppliesAbove", thresholds.absence.percent_applies_above, 0, kMany);
    });
  }

  void readAttributeChecks(ObjectReader& in) {
    AttributeChecks& section = document_.attribute_checks;
    in.flag("holdBack", section.hold_back);
    in.texts("ignored", section.ignored);
    const JsonNode* const ignored = in.node().find("ignored");
    if (ignored == nullptr) return;
    std::vector<std::string_view> known;
    for (const checks::Check& check : checks::allChecks())
      known.push_back(check.id);
    for (const JsonNode& item : ignored->items) {
      if (item.kind != JsonNode::Kind::kString || checks::findCheck(item.text) != nullptr) continue;
      findings_.error(item.at,
                      fmt::format("there is no attribute check \"{}\"{}",
                                  item.text,
                                  expression::didYouMean(expression::closest(item.text, known))));
    }
  }

  std::string_view file_;
  Findings findings_;
  PolicyDocument document_;
};

}  // namespace

ReadPolicy readPolicy(std::string_view text, std::string_view file) {
  return PolicyReader(file).read(text);
}

}  // namespace tandem::policy
