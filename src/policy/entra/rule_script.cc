// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/rule_script.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "expression/suggestion.h"
#include "policy/entra/rule_words.h"
#include "policy/entra/script_lexer.h"

namespace tandem::policy::entra {
namespace {

constexpr std::size_t kListDepthMax = 16;
// A script that is no rule script is told so often enough by then.
constexpr std::size_t kProblemsMax = 20;
// $a = $a, $a and $a = "$a$a" double what they hold.
constexpr std::size_t kValuesMax = 10000;
constexpr std::size_t kTextMax = 1024 * 1024;

// What a variable or a parameter holds. Lists are flat, as PowerShell joins them here.
struct Value {
  enum class Kind : std::uint8_t {
    kText,
    kScope,
    kJoin,
    kRule
  };
  Kind kind = Kind::kText;
  std::string text;
  rules::ScopeCondition scope;
  rules::JoinCondition join;
  std::size_t rule = 0;  // which of those that New-ADSyncRule made
};
using Values = std::vector<Value>;

struct Parameters {
  std::map<std::string, Values> named;  // lower case; a switch has no values
  Values positional;

  const Values* find(std::string_view name) const {
    const auto found = named.find(toLowerAscii(name));
    return found == named.end() ? nullptr : &found->second;
  }
  std::string text(std::string_view name) const {
    const Values* const values = find(name);
    return values == nullptr || values->empty() ? "" : values->front().text;
  }
  // A switch is on by being there, unless it is given a value.
  bool flag(std::string_view name) const {
    const Values* const values = find(name);
    if (values == nullptr) return false;
    return values->empty() || !equalsIgnoreCaseAscii(values->front().text, "false");
  }
};

class ScriptReader {
 public:
  ScriptReader(std::vector<ScriptToken> tokens,
               std::string_view file,
               EntraConfiguration& into,
               Problems& problems)
      : tokens_(std::move(tokens)), file_(file), into_(into), problems_(problems) {}

  void read() {
    while (at_ < tokens_.size() && problems_.size() < kProblemsMax) {
      if (now().kind == ScriptTokenKind::kEndOfLine) {
        ++at_;
      } else if (!readStatement()) {
        skipStatement();
      }
    }
    for (const Made& made : made_) {
      if (made.added) continue;
      place_ = made.rule.body.where;
      here().warning(
          fmt::format("the rule \"{}\" is made and never added (Add-ADSyncRule): it is "
                      "left out",
                      made.rule.body.name));
    }
  }

 private:
  struct Made {
    EntraRule rule;
    bool added = false;
  };

  const ScriptToken& now() const { return tokens_[at_]; }
  bool isSymbol(std::string_view symbol) const {
    return at_ < tokens_.size() && now().kind == ScriptTokenKind::kSymbol && now().text == symbol;
  }
  std::string placeOf(const ScriptToken& token) const {
    return fmt::format("{}:{}:{}", file_, token.at.line, token.at.column);
  }
  WordPlace here() { return {place_, problems_}; }
  bool fail(std::string message) {
    if (at_ < tokens_.size()) place_ = placeOf(now());
    here().error(std::move(message));
    return false;
  }

  void skipStatement() {
    while (at_ < tokens_.size() && now().kind != ScriptTokenKind::kEndOfLine)
      ++at_;
  }

  bool readStatement() {
    place_ = placeOf(now());
    if (now().kind == ScriptTokenKind::kVariable) return readAssignment();
    if (now().kind == ScriptTokenKind::kWord) {
      Values ignored;
      return readCommand(ignored);
    }
    return fail(
        fmt::format("\"{}\" begins no command of a rule script: leave in it what the rule "
                    "editor exports",
                    now().text));
  }

  bool readAssignment() {
    const std::string name = toLowerAscii(now().text);
    ++at_;
    if (!isSymbol("=")) return fail("a variable alone does nothing: an = is missing");
    ++at_;
    skipLineEnds();
    Values values;
    const bool is_command = now().kind == ScriptTokenKind::kWord && isCommand(now().text);
    if (is_command ? !readCommand(values) : !readList(values, 0)) return false;
    variables_[name] = std::move(values);
    return true;
  }

  static bool isCommand(const std::string& word) {
    return word.find('-') != std::string::npos && !parseInteger(word);
  }

  void skipLineEnds() {
    while (at_ + 1 < tokens_.size() && now().kind == ScriptTokenKind::kEndOfLine)
      ++at_;
  }

  // Values with commas between them.
  bool readList(Values& values, std::size_t depth) {
    if (!readValue(values, depth)) return false;
    while (isSymbol(",")) {
      ++at_;
      skipLineEnds();
      if (!readValue(values, depth)) return false;
    }
    return true;
  }

  bool readValue(Values& values, std::size_t depth) {
    if (depth > kListDepthMax) return fail("too many brackets inside each other");
    if (values.size() > kValuesMax) return fail("more values than any rule has");
    skipCast();
    const ScriptToken token = now();
    switch (token.kind) {
      case ScriptTokenKind::kText:
        ++at_;
        return addText(token, values);
      case ScriptTokenKind::kWord:
        ++at_;
        values.push_back({Value::Kind::kText, token.text, {}, {}, 0});
        return true;
      case ScriptTokenKind::kVariable:
        ++at_;
        return addVariable(token, values);
      case ScriptTokenKind::kSymbol:
        if (token.text == "@(" || token.text == "(") return readBrackets(values, depth);
        break;
      case ScriptTokenKind::kParameter:
      case ScriptTokenKind::kEndOfLine:
        break;
    }
    return fail("a value is missing here: a text in quotes, a number, a variable or @(…)");
  }

  // [ref], [string[]], [Microsoft.….ScopeCondition]: the value says it already.
  void skipCast() {
    while (isSymbol("[")) {
      int open = 0;
      do {
        if (isSymbol("[")) ++open;
        if (isSymbol("]")) --open;
        ++at_;
      } while (open > 0 && at_ + 1 < tokens_.size() && now().kind != ScriptTokenKind::kEndOfLine);
    }
  }

  bool readBrackets(Values& values, std::size_t depth) {
    ++at_;
    while (true) {
      while (now().kind == ScriptTokenKind::kEndOfLine && at_ + 1 < tokens_.size())
        ++at_;
      if (isSymbol(")")) {
        ++at_;
        return true;
      }
      if (isSymbol(",")) {
        ++at_;
        continue;
      }
      if (!readValue(values, depth + 1)) return false;
    }
  }

  bool addText(const ScriptToken& token, Values& values) {
    std::string text;
    if (!token.expands) {
      text = token.text;
    } else if (!expand(token.text, text)) {
      return false;
    }
    values.push_back({Value::Kind::kText, std::move(text), {}, {}, 0});
    return true;
  }

  // "…$name…" of texts that the script has set; anything cleverer is an error.
  bool expand(std::string_view text, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\x01') {
        out += '$';
        continue;
      }
      if (text[i] != '$') {
        out += text[i];
        continue;
      }
      std::string name;
      while (i + 1 < text.size() &&
             (std::isalnum(static_cast<unsigned char>(text[i + 1])) != 0 || text[i + 1] == '_')) {
        name += text[++i];
      }
      const auto found = variables_.find(toLowerAscii(name));
      if (name.empty() && (i + 1 == text.size() || (text[i + 1] != '(' && text[i + 1] != '{'))) {
        out += '$';
        continue;
      }
      if (name.empty() || found == variables_.end() || found->second.size() != 1) {
        return fail(
            fmt::format("\"${}\" in double quotes is not known: write what it stands for, or "
                        "use single quotes where the dollar is meant",
                        name));
      }
      out += found->second.front().text;
      if (out.size() > kTextMax) return fail("a text longer than any rule has");
    }
    return true;
  }

  // $name, $name[0], $name[0].Member of values that are known.
  bool addVariable(const ScriptToken& token, Values& values) {
    const std::string name = toLowerAscii(token.text);
    std::optional<std::size_t> index;
    if (isSymbol("[")) {
      ++at_;
      const auto number = parseInteger(now().text);
      if (now().kind != ScriptTokenKind::kWord || !number || *number < 0) {
        return fail("an index should be a number");
      }
      index = static_cast<std::size_t>(*number);
      ++at_;
      if (!isSymbol("]")) return fail("a ] is missing");
      ++at_;
    }
    if (name == "true" || name == "false" || name == "null") {
      values.push_back({Value::Kind::kText, name == "null" ? "" : name, {}, {}, 0});
      return true;
    }
    const auto found = variables_.find(name);
    if (found == variables_.end()) {
      --at_;
      return fail(fmt::format("the variable ${} has no value yet", token.text));
    }
    if (!index) {
      if (found->second.size() > kValuesMax) return fail("more values than any rule has");
      values.insert(values.end(), found->second.begin(), found->second.end());
    } else if (*index < found->second.size()) {
      values.push_back(found->second[*index]);
    } else {
      return fail(fmt::format("${} has {} values, and number {} is asked for",
                              token.text,
                              found->second.size(),
                              *index));
    }
    return true;
  }

  bool readParameters(Parameters& parameters) {
    while (now().kind != ScriptTokenKind::kEndOfLine && !isSymbol("|")) {
      if (now().kind != ScriptTokenKind::kParameter) {
        if (!readList(parameters.positional, 0)) return false;
        continue;
      }
      const std::string name = toLowerAscii(now().text);
      ++at_;
      if (isSymbol(":")) ++at_;
      Values values;
      const bool has_value = now().kind != ScriptTokenKind::kParameter &&
                             now().kind != ScriptTokenKind::kEndOfLine && !isSymbol("|");
      // The name of a variable is a word here, not a value.
      if (has_value && !readList(values, 0)) return false;
      parameters.named[name] = std::move(values);
    }
    return true;
  }

  using Action = bool (ScriptReader::*)(const Parameters&, Values&);
  struct Known {
    std::string_view name;
    Action act;  // nullptr: it shows or cleans up, and changes no rule
  };

  static const Known* findCommand(std::string_view name) {
    static constexpr Known kKnown[] = {
        {"New-ADSyncRule", &ScriptReader::newRule},
        {"Add-ADSyncAttributeFlowMapping", &ScriptReader::addFlow},
        {"New-Object", &ScriptReader::newObject},
        {"Add-ADSyncScopeConditionGroup", &ScriptReader::addScope},
        {"Add-ADSyncJoinConditionGroup", &ScriptReader::addJoin},
        {"Add-ADSyncRule", &ScriptReader::addRule},
        {"Get-ADSyncRule", nullptr},
        {"Remove-Variable", nullptr},
        {"Import-Module", nullptr},
        {"Write-Host", nullptr},
        {"Out-Null", nullptr},
    };
    for (const Known& known : kKnown) {
      if (equalsIgnoreCaseAscii(known.name, name)) return &known;
    }
    return nullptr;
  }

  bool readCommand(Values& result) {
    const ScriptToken token = now();
    const Known* const known = findCommand(token.text);
    if (known == nullptr) {
      return fail(
          fmt::format("\"{}\" is no command of a rule script: remove the line; it is read, "
                      "not run",
                      token.text));
    }
    ++at_;
    if (known->act == nullptr) {
      skipStatement();
      return true;
    }
    Parameters parameters;
    if (!readParameters(parameters)) return false;
    place_ = placeOf(token);
    if (!(this->*known->act)(parameters, result)) return false;
    if (const std::string name = parameters.text("OutVariable"); !name.empty()) {
      variables_[toLowerAscii(name)] = result;
    }
    if (isSymbol("|")) skipPipe();
    return true;
  }

  void skipPipe() {
    ++at_;
    if (!equalsIgnoreCaseAscii(now().text, "Out-Null")) {
      fail("only '| Out-Null' may stand behind a command of a rule script");
    }
    skipStatement();
  }

  bool newRule(const Parameters& given, Values& result) {
    EntraRule rule;
    rules::SyncRule& body = rule.body;
    body.where = place_;
    body.name = given.text("Name");
    body.description = given.text("Description");
    body.immutable_tag = given.text("ImmutableTag");
    body.source_type = given.text("SourceObjectType");
    body.target_type = given.text("TargetObjectType");
    body.disabled = given.flag("Disabled");
    body.password_sync = given.flag("EnablePasswordSync");
    const std::string connector = given.text("Connector");
    body.connector = normalGuid(connector).value_or(connector);
    readWhen(given, "Identifier", [&](const std::string& text) {
      readId(text, "Identifier", here(), body.id);
    });
    if (body.id.empty()) body.id = guidFor(body.connector + "\n" + body.name);
    readWhen(given, "PrecedenceAfter", [&](const std::string& text) {
      readId(text, "PrecedenceAfter", here(), rule.precedence_after);
    });
    readWhen(given, "PrecedenceBefore", [&](const std::string& text) {
      readId(text, "PrecedenceBefore", here(), rule.precedence_before);
    });
    readWhen(given, "SoftDeleteExpiryInterval", [&](const std::string& text) {
      rule.soft_delete_expiry = text == "0" ? "00:00:00" : text;
    });
    readDirection(given.text("Direction"), here(), body.direction);
    readLinkType(given.text("LinkType"), here(), body.link);
    readPrecedence(given.text("Precedence"), here(), body.precedence);
    Value made;
    made.kind = Value::Kind::kRule;
    made.rule = made_.size();
    made_.push_back({std::move(rule), false});
    result = {made};
    return true;
  }

  template <class F>
  void readWhen(const Parameters& given, std::string_view name, F&& use) {
    if (const std::string text = given.text(name); !text.empty()) use(text);
  }

  // The rule that a command is about, and gives back.
  EntraRule* ruleOf(const Parameters& given, Values& result) {
    const Values* values = given.find("SynchronizationRule");
    if (values == nullptr) values = &given.positional;
    for (const Value& value : *values) {
      if (value.kind != Value::Kind::kRule) continue;
      result = {value};
      return &made_[value.rule].rule;
    }
    here().error(
        "-SynchronizationRule names no rule: it should be the variable that "
        "New-ADSyncRule has set");
    return nullptr;
  }

  bool addFlow(const Parameters& given, Values& result) {
    EntraRule* const rule = ruleOf(given, result);
    if (rule == nullptr) return false;
    rules::AttributeMapping mapping;
    mapping.where = place_;
    mapping.target = given.text("Destination");
    mapping.execute_once = given.flag("ExecuteOnce");
    std::vector<std::string> sources;
    if (const Values* const values = given.find("Source")) {
      for (const Value& value : *values)
        sources.push_back(value.text);
    }
    const std::string expression = given.text("Expression");
    mapping.flow = expression.empty() ? rules::FlowType::kDirect : rules::FlowType::kExpression;
    readWhen(given, "FlowType", [&](const std::string& text) {
      readFlowType(text, here(), mapping.flow);
    });
    readWhen(given, "ValueMergeType", [&](const std::string& text) {
      readMergeType(text, here(), mapping.merge);
    });
    if (mapping.flow == rules::FlowType::kExpression) {
      mapping.source = expression;
    } else if (!sources.empty()) {
      mapping.source = sources.front();
    }
    if (mapping.flow == rules::FlowType::kConstant) sources.clear();
    rule->body.mappings.push_back(std::move(mapping));
    rule->sources.push_back(std::move(sources));
    return true;
  }

  // New-Object -TypeName '….ScopeCondition' -ArgumentList attribute, value, operator
  bool newObject(const Parameters& given, Values& result) {
    std::string type = given.text("TypeName");
    Values arguments = given.positional;
    if (type.empty() && !arguments.empty()) {
      type = arguments.front().text;
      arguments.erase(arguments.begin());
    }
    if (const Values* const named = given.find("ArgumentList")) arguments = *named;
    const bool is_scope = toLowerAscii(type).ends_with("scopecondition");
    const bool is_join = toLowerAscii(type).ends_with("joincondition");
    if (!is_scope && !is_join) {
      here().error(
          fmt::format("a rule script makes ScopeCondition and JoinCondition objects, not "
                      "\"{}\"",
                      type));
      return false;
    }
    const std::size_t least = is_scope ? 3 : 2;
    if (arguments.size() < least) {
      here().error(is_scope ? "a ScopeCondition needs three arguments: attribute, value, operator"
                            : "a JoinCondition needs two arguments: csAttribute, mvAttribute");
      return false;
    }
    Value made;
    if (is_scope) {
      made.kind = Value::Kind::kScope;
      made.scope.attribute = arguments[0].text;
      made.scope.value = arguments[1].text;
      readOperator(arguments[2].text, here(), made.scope.comparison);
    } else {
      made.kind = Value::Kind::kJoin;
      made.join.connector_attribute = arguments[0].text;
      made.join.metaverse_attribute = arguments[1].text;
      if (arguments.size() > 2) {
        readFlag(arguments[2].text, "caseSensitive", here(), made.join.case_sensitive);
      }
    }
    result = {made};
    return true;
  }

  bool addScope(const Parameters& given, Values& result) {
    EntraRule* const rule = ruleOf(given, result);
    if (rule == nullptr) return false;
    rules::ScopeGroup group;
    for (const Value& value : conditionsOf(given, "ScopeConditions", Value::Kind::kScope))
      group.push_back(value.scope);
    if (!group.empty()) rule->body.scope.push_back(std::move(group));
    return true;
  }

  bool addJoin(const Parameters& given, Values& result) {
    EntraRule* const rule = ruleOf(given, result);
    if (rule == nullptr) return false;
    rules::JoinGroup group;
    for (const Value& value : conditionsOf(given, "JoinConditions", Value::Kind::kJoin))
      group.push_back(value.join);
    if (!group.empty()) rule->body.join.push_back(std::move(group));
    return true;
  }

  Values conditionsOf(const Parameters& given, std::string_view name, Value::Kind kind) {
    Values conditions;
    const Values* const values = given.find(name);
    for (const Value& value : values == nullptr ? Values() : *values) {
      if (value.kind == kind) {
        conditions.push_back(value);
      } else {
        here().error(fmt::format("-{} holds something that is no condition", name));
      }
    }
    if (conditions.empty()) here().error(fmt::format("-{} holds no condition", name));
    return conditions;
  }

  bool addRule(const Parameters& given, Values& result) {
    EntraRule* const rule = ruleOf(given, result);
    if (rule == nullptr) return false;
    Made& made = made_[result.front().rule];
    if (made.added) return true;
    made.added = true;
    checkRule(*rule, problems_);
    into_.rules.push_back(*rule);
    return true;
  }

  std::vector<ScriptToken> tokens_;
  std::string_view file_;
  EntraConfiguration& into_;
  Problems& problems_;
  std::size_t at_ = 0;
  std::string place_;
  std::map<std::string, Values> variables_;
  std::vector<Made> made_;
};

}  // namespace

void readRuleScript(std::string_view text,
                    std::string_view file,
                    EntraConfiguration& into,
                    Problems& problems) {
  std::optional<std::vector<ScriptToken>> tokens = cutScript(text, file, problems);
  if (tokens) ScriptReader(*std::move(tokens), file, into, problems).read();
}

}  // namespace tandem::policy::entra
