// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/function.h"
#include "expression/node.h"
#include "expression/parser.h"
#include "expression/program.h"
#include "expression/suggestion.h"

namespace tandem::expression {
namespace {

// A part of the tree with what is known about its value before it runs.
struct Part {
  NodePtr node;
  TypeSet types;
  bool many = false;  // may be a list
};

struct NamedValue {
  std::string_view name;
  Value value;
  TypeSet types;
};

// The options of functions are plain numbers.
const NamedValue* findNamedValue(std::string_view name) {
  static const std::array<NamedValue, 12> kNamed = {{
      {"True", Value::boolean(true), types::kBoolean},
      {"False", Value::boolean(false), types::kBoolean},
      {"NULL", Value::null(), types::kNull},
      {"AuthoritativeNull", Value::special(Kind::kAuthoritativeNull), types::kWords},
      {"IgnoreThisFlow", Value::special(Kind::kIgnoreThisFlow), types::kWords},
      {"vbBinaryCompare", Value::integer(0), types::kInteger},
      {"vbTextCompare", Value::integer(1), types::kInteger},
      {"CaseSensitive", Value::integer(0), types::kInteger},
      {"CaseInsensitive", Value::integer(1), types::kInteger},
      {"Unicode", Value::integer(0), types::kInteger},
      {"ASCII", Value::integer(1), types::kInteger},
      {"UTF8", Value::integer(2), types::kInteger},
  }};
  for (const NamedValue& named : kNamed) {
    if (equalsIgnoreCaseAscii(named.name, name)) return &named;
  }
  return nullptr;
}

}  // namespace

class Compiler {
 public:
  Compiler(const Names& names, std::vector<Finding>& findings)
      : names_(names), findings_(findings) {}

  std::optional<Program> compile(const Syntax& syntax) {
    Part part = build(syntax);
    if (failed_) return std::nullopt;
    Program program(std::move(part.node), part.types);
    program.attributes_read_.assign(attributes_read_.begin(), attributes_read_.end());
    program.reads_imported_ = reads_imported_;
    program.random_function_ = random_function_;
    program.may_yield_many_ = part.many;
    program.trimmed_attribute_ = trimmedAttribute(syntax);
    return program;
  }

 private:
  Part fail(const Syntax& at, std::string message) {
    findings_.push_back({at.position, std::move(message)});
    failed_ = true;
    return {makeConstant(Value::null()), types::kNothing};
  }

  Part build(const Syntax& syntax) {
    Part part = buildKind(syntax);
    part.node->setPosition(syntax.position);
    return part;
  }

  Part buildKind(const Syntax& syntax) {
    switch (syntax.kind) {
      case SyntaxKind::kString:
        return {makeText(syntax.text), types::kString};
      case SyntaxKind::kInteger:
        return {makeConstant(Value::integer(syntax.integer)), types::kInteger};
      case SyntaxKind::kName:
        return buildName(syntax);
      case SyntaxKind::kAttribute:
        return buildAttribute(syntax, syntax.text, /*imported=*/false);
      case SyntaxKind::kParameter:
        return buildParameter(syntax);
      case SyntaxKind::kVariable:
        return buildVariable(syntax);
      case SyntaxKind::kCall:
        return buildCall(syntax);
      case SyntaxKind::kOr:
      case SyntaxKind::kAnd:
      case SyntaxKind::kConcat:
        return buildRun(syntax);
      case SyntaxKind::kNegate: {
        Part operand = build(syntax.children[0]);
        require(syntax.children[0], operand, types::kInteger, "-");
        return {makeNegation(std::move(operand.node)), types::kInteger | types::kNull};
      }
      case SyntaxKind::kAdd:
      case SyntaxKind::kSubtract:
      case SyntaxKind::kMultiply:
        return buildArithmetic(syntax);
      case SyntaxKind::kEqual:
      case SyntaxKind::kNotEqual:
      case SyntaxKind::kLess:
      case SyntaxKind::kLessOrEqual:
      case SyntaxKind::kGreater:
      case SyntaxKind::kGreaterOrEqual:
        return buildComparison(syntax);
    }
    return fail(syntax, "not understood");
  }

  std::optional<directory::AttributeId> trimmedAttribute(const Syntax& syntax) const {
    if (syntax.kind != SyntaxKind::kCall || syntax.text != "Trim") return std::nullopt;
    const Syntax& argument = syntax.children[0];
    if (argument.kind != SyntaxKind::kAttribute) return std::nullopt;
    const auto attribute = names_.attribute(argument.text);
    const bool text = attribute && attribute->type == directory::ValueType::kString;
    return text ? std::optional(attribute->id) : std::nullopt;
  }

  // Refuses a part that can never be of one of these types. What may be NULL always passes.
  void require(const Syntax& at, const Part& part, TypeSet allowed, std::string_view by) {
    const TypeSet possible = part.types.without(types::kNull | types::kWords);
    if (possible.isEmpty() || !(possible & allowed).isEmpty()) return;
    fail(at, fmt::format("{} needs {}, and this is {}", by, toText(allowed), toText(possible)));
  }

  Part buildName(const Syntax& syntax) {
    if (const NamedValue* named = findNamedValue(syntax.text)) {
      return {makeConstant(named->value), named->types};
    }
    if (equalsIgnoreCaseAscii(syntax.text, "CRLF")) return {makeText("\r\n"), types::kString};
    if (findFunction(syntax.text) != nullptr) {
      return fail(syntax, fmt::format("{0} is a function: write {0}(…)", syntax.text));
    }
    return fail(syntax,
                fmt::format("\"{0}\" is no known word; an attribute is written [{0}], a text "
                            "\"{0}\"",
                            syntax.text));
  }

  Part buildAttribute(const Syntax& at, const std::string& name, bool imported) {
    if (equalsIgnoreCaseAscii(name, "dn")) return {makeDn(), types::kString | types::kNull};
    const std::optional<directory::AttributeDefinition> attribute = names_.attribute(name);
    if (!attribute) {
      return fail(
          at,
          fmt::format(
              "there is no attribute [{}]{}", name, didYouMean(names_.nearestAttribute(name))));
    }
    attributes_read_.insert(attribute->id);
    if (attribute->type == directory::ValueType::kReference) {
      return {makeLink(attribute->id), types::kLink | types::kNull, attribute->multi};
    }
    reads_imported_ = reads_imported_ || imported;
    return {makeAttribute(attribute->id, imported),
            TypeSet::of(kindOf(attribute->type)) | types::kNull,
            attribute->multi};
  }

  Part buildParameter(const Syntax& syntax) {
    std::optional<std::string> text = names_.parameter(syntax.text);
    if (!text) {
      return fail(syntax,
                  fmt::format("there is no parameter %{}%{}",
                              syntax.text,
                              didYouMean(names_.nearestParameter(syntax.text))));
    }
    return {makeText(std::move(*text)), types::kString};
  }

  struct Variable {
    std::string name;
    TypeSet types;
    bool many = false;
  };

  Part buildVariable(const Syntax& syntax) {
    // Innermost first, so that an inner $item hides an outer one.
    for (std::size_t i = variables_.size(); i-- > 0;) {
      if (variables_[i].name == syntax.text) {
        return {makeVariable(i), variables_[i].types, variables_[i].many};
      }
    }
    return fail(
        syntax,
        fmt::format("{} is not defined; Select, Where and With define variables", syntax.text));
  }

  Part buildRun(const Syntax& syntax) {
    NodeList operands;
    TypeSet all;
    for (const Syntax& child : syntax.children) {
      Part part = build(child);
      if (syntax.kind == SyntaxKind::kConcat) {
        require(child, part, types::kAny.without(types::kDateTime), "&");
      } else {
        require(child, part, types::kBoolean, syntax.kind == SyntaxKind::kOr ? "||" : "&&");
      }
      all = all | part.types;
      operands.push_back(std::move(part.node));
    }
    if (syntax.kind == SyntaxKind::kOr) return {makeOr(std::move(operands)), types::kBoolean};
    if (syntax.kind == SyntaxKind::kAnd) return {makeAnd(std::move(operands)), types::kBoolean};
    const bool binary = all.has(Kind::kBinary);
    const bool text = !all.without(types::kBinary | types::kNull | types::kWords).isEmpty();
    TypeSet result = types::kNull;
    if (binary) result = result | types::kBinary;
    if (text || !binary) result = result | types::kString;
    return {makeConcat(std::move(operands)), result};
  }

  Part buildArithmetic(const Syntax& syntax) {
    const std::string_view word = syntax.kind == SyntaxKind::kAdd        ? "+"
                                  : syntax.kind == SyntaxKind::kSubtract ? "-"
                                                                         : "*";
    Part left = build(syntax.children[0]);
    Part right = build(syntax.children[1]);
    require(syntax.children[0], left, types::kInteger, word);
    require(syntax.children[1], right, types::kInteger, word);
    return {makeArithmetic(syntax.kind, std::move(left.node), std::move(right.node)),
            types::kInteger | types::kNull};
  }

  Part buildComparison(const Syntax& syntax) {
    Part left = build(syntax.children[0]);
    Part right = build(syntax.children[1]);
    const TypeSet a = comparable(left.types);
    const TypeSet b = comparable(right.types);
    if (!a.isEmpty() && !b.isEmpty() && (a & b).isEmpty()) {
      fail(syntax,
           fmt::format("compares {} with {}, which is never true; convert one with CStr() or "
                       "CNum()",
                       toText(left.types),
                       toText(right.types)));
    }
    return {makeComparison(syntax.kind, std::move(left.node), std::move(right.node)),
            types::kBoolean};
  }

  // References compare with the text of a DN.
  static TypeSet comparable(TypeSet types) {
    types = types.without(types::kNull | types::kWords);
    const bool text = !(types & (types::kReference | types::kLink)).isEmpty();
    return text ? types.without(types::kLink) | types::kString | types::kReference : types;
  }

  Part buildCall(const Syntax& syntax) {
    const Function* const function = findFunction(syntax.text);
    if (function == nullptr) return unknownFunction(syntax);
    const std::size_t count = syntax.children.size();
    const bool too_many = function->allowed != Function::kAnyNumber && count > function->allowed;
    if (count < function->required || too_many) {
      return fail(
          syntax,
          fmt::format("{} has {} arguments; expected {}", syntax.text, count, function->signature));
    }
    switch (function->form) {
      case Form::kPlain:
        return buildPlainCall(syntax, *function);
      case Form::kIf:
        return buildIf(syntax);
      case Form::kSwitch:
        return buildSwitch(syntax);
      case Form::kImportedValue:
      case Form::kValueCount:
        return buildByName(syntax, *function);
      case Form::kSelect:
      case Form::kWhere:
      case Form::kWith:
        return buildBinding(syntax, *function);
    }
    return fail(syntax, "not understood");
  }

  Part unknownFunction(const Syntax& syntax) {
    return fail(
        syntax,
        fmt::format(
            "there is no function {}{}", syntax.text, didYouMean(nearestFunction(syntax.text))));
  }

  Part buildPlainCall(const Syntax& syntax, const Function& function) {
    if (function.is_random) random_function_ = function.name;
    NodeList arguments;
    TypeSet returns = function.returns;
    bool many = function.returns_list;
    for (std::size_t i = 0; i < syntax.children.size(); ++i) {
      const Parameter& parameter = function.parameter(i);
      Part part = build(syntax.children[i]);
      TypeSet allowed = parameter.types;
      if (allowed.has(Kind::kReference)) allowed = allowed | types::kLink;
      require(syntax.children[i],
              part,
              allowed,
              fmt::format("{}: argument {} ({})", function.name, i + 1, parameter.name));
      if (function.returns_first && i == 0) {
        returns = returned(part.types);
        if (function.nulls == NullPolicy::kReadsAsEmpty) returns = returns | types::kString;
      }
      many = many || (part.many && !parameter.list);
      arguments.push_back(std::move(part.node));
    }
    const bool never_null = function.nulls != NullPolicy::kReturnsNull && !many &&
                            !function.returns_first && function.nulls == NullPolicy::kSeesNull;
    const TypeSet result = never_null ? returns : returns | types::kNull;
    return {makeCall(function, std::move(arguments)),
            function.returns.isEmpty() && !function.returns_first ? types::kNothing : result,
            many};
  }

  // A link that went through a function came out as the DN texts.
  static TypeSet returned(TypeSet types) {
    return types.has(Kind::kLink) ? types.without(types::kLink) | types::kReference : types;
  }

  Part buildIf(const Syntax& syntax) {
    Part condition = build(syntax.children[0]);
    require(syntax.children[0], condition, types::kBoolean, "IIF: the condition");
    Part yes = build(syntax.children[1]);
    Part no = build(syntax.children[2]);
    NodeList arguments;
    arguments.push_back(std::move(condition.node));
    arguments.push_back(std::move(yes.node));
    arguments.push_back(std::move(no.node));
    return {makeIf(std::move(arguments)), yes.types | no.types, yes.many || no.many};
  }

  Part buildSwitch(const Syntax& syntax) {
    if (syntax.children.size() % 2 != 0) {
      return fail(syntax,
                  fmt::format("Switch takes pairs of a condition and a value, and has {} arguments",
                              syntax.children.size()));
    }
    NodeList arguments;
    TypeSet result = types::kNull;
    bool many = false;
    for (std::size_t i = 0; i < syntax.children.size(); i += 2) {
      Part condition = build(syntax.children[i]);
      require(syntax.children[i],
              condition,
              types::kBoolean,
              fmt::format("Switch: condition {}", i / 2 + 1));
      Part value = build(syntax.children[i + 1]);
      result = result | value.types;
      many = many || value.many;
      arguments.push_back(std::move(condition.node));
      arguments.push_back(std::move(value.node));
    }
    return {makeSwitch(std::move(arguments)), result, many};
  }

  // ImportedValue("mail") and ValueCount("member") take an attribute's name, not its value.
  Part buildByName(const Syntax& syntax, const Function& function) {
    const Syntax& name = syntax.children[0];
    if (name.kind != SyntaxKind::kString) {
      return fail(name,
                  fmt::format("{} takes an attribute's name in quotes: {}(\"mail\")",
                              function.name,
                              function.name));
    }
    Part attribute = buildAttribute(name, name.text, function.form == Form::kImportedValue);
    if (function.form == Form::kImportedValue || failed_) return attribute;
    const auto known = names_.attribute(name.text);
    if (known && known->type == directory::ValueType::kReference) {
      return {makeLinkCount(known->id), types::kInteger};
    }
    NodeList arguments;
    arguments.push_back(std::move(attribute.node));
    return {makeCall(*findFunction("Count"), std::move(arguments)), types::kInteger};
  }

  Part buildBinding(const Syntax& syntax, const Function& function) {
    const Syntax& name = syntax.children[0];
    if (name.kind != SyntaxKind::kVariable) {
      return fail(name, fmt::format("{} begins with a variable: $item", function.name));
    }
    Part value = build(syntax.children[1]);
    const std::size_t number = variables_.size();
    const bool whole = function.form == Form::kWith;
    variables_.push_back({name.text,
                          whole ? value.types : returned(value.types).without(types::kNull),
                          whole && value.many});
    Part body = build(syntax.children[2]);
    variables_.pop_back();
    if (function.form == Form::kWhere) {
      require(syntax.children[2], body, types::kBoolean, "Where: the condition");
      return {makeWhere(number, std::move(value.node), std::move(body.node)),
              returned(value.types) | types::kNull,
              value.many};
    }
    if (function.form == Form::kSelect) {
      return {makeSelect(number, std::move(value.node), std::move(body.node)),
              body.types | types::kNull,
              true};
    }
    return {makeWith(number, std::move(value.node), std::move(body.node)), body.types, body.many};
  }

  const Names& names_;
  std::vector<Finding>& findings_;
  std::set<directory::AttributeId> attributes_read_;
  std::vector<Variable> variables_;
  std::string_view random_function_;
  bool reads_imported_ = false;
  bool failed_ = false;
};

Program::Program(std::unique_ptr<const Node> root, TypeSet result_types)
    : root_(std::move(root)), result_types_(result_types) {}
Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

Value Program::evaluate(const Source& source, Workspace& work) const {
  work.begin();
  return root_->evaluate(source, work);
}

Compilation compile(std::string_view text, const Names& names) {
  Compilation result;
  const std::optional<Syntax> syntax = parse(text, result.findings);
  if (syntax) result.program = Compiler(names, result.findings).compile(*syntax);
  return result;
}

}  // namespace tandem::expression
