// SPDX-License-Identifier: Apache-2.0
#include "expression/parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "expression/lexer.h"

namespace tandem::expression {
namespace {

struct Operator {
  std::string_view text;
  SyntaxKind kind;
};

constexpr std::array<Operator, 6> kComparisons = {{{"=", SyntaxKind::kEqual},
                                                   {"<>", SyntaxKind::kNotEqual},
                                                   {"<", SyntaxKind::kLess},
                                                   {"<=", SyntaxKind::kLessOrEqual},
                                                   {">", SyntaxKind::kGreater},
                                                   {">=", SyntaxKind::kGreaterOrEqual}}};
constexpr std::array<Operator, 4> kSums = {{{"+", SyntaxKind::kAdd},
                                            {"-", SyntaxKind::kSubtract},
                                            {"*", SyntaxKind::kMultiply},
                                            {"&", SyntaxKind::kConcat}}};

// Fails once: after that every function returns nullopt up to the top.
class Parser {
 public:
  Parser(std::string_view text, std::vector<Finding>& findings)
      : lexer_(text), findings_(findings) {}

  std::optional<Syntax> parse() {
    if (!advance()) return std::nullopt;
    if (token_.kind == TokenKind::kEnd) return fail("the expression is empty");
    std::optional<Syntax> tree = parseOr();
    if (!tree) return std::nullopt;
    if (token_.kind != TokenKind::kEnd) return fail(unexpected("an operator or the end"));
    return tree;
  }

 private:
  std::optional<Syntax> fail(std::string message) {
    findings_.push_back({token_.position, std::move(message)});
    return std::nullopt;
  }

  std::string unexpected(std::string_view expected) const {
    switch (token_.kind) {
      case TokenKind::kEnd:
        return fmt::format("the expression ends where {} was expected", expected);
      case TokenKind::kString:
        return fmt::format("found a text where {} was expected", expected);
      case TokenKind::kInteger:
        return fmt::format("found a number where {} was expected", expected);
      case TokenKind::kAttribute:
        return fmt::format("found [{}] where {} was expected", token_.text, expected);
      case TokenKind::kName:
      case TokenKind::kParameter:
      case TokenKind::kVariable:
      case TokenKind::kOperator:
        break;
    }
    return fmt::format("found '{}' where {} was expected", token_.text, expected);
  }

  bool advance() {
    std::optional<Token> token = lexer_.next();
    if (!token) {
      findings_.push_back(lexer_.finding());
      return false;
    }
    token_ = std::move(*token);
    return true;
  }

  bool isOperator(std::string_view text) const {
    return token_.kind == TokenKind::kOperator && token_.text == text;
  }

  template <std::size_t N>
  const Operator* operatorOf(const std::array<Operator, N>& operators) const {
    for (const Operator& candidate : operators) {
      if (isOperator(candidate.text)) return &candidate;
    }
    return nullptr;
  }

  bool isTooDeep(const Syntax& syntax) {
    if (syntax.depth <= kDepthMax) return false;
    fail(fmt::format("the expression is nested more than {} levels deep", kDepthMax));
    return true;
  }

  // left op right; a run of the same &&, || or & becomes one node with many children, so that a
  // long list of conditions is not a deep tree.
  std::optional<Syntax> combine(SyntaxKind kind, Position at, Syntax left, Syntax right) {
    const bool joins =
        kind == SyntaxKind::kOr || kind == SyntaxKind::kAnd || kind == SyntaxKind::kConcat;
    if (joins && left.kind == kind && !left.in_parentheses) {
      left.depth = std::max(left.depth, right.depth + 1);
      left.children.push_back(std::move(right));
      if (isTooDeep(left)) return std::nullopt;
      return left;
    }
    Syntax node;
    node.kind = kind;
    node.position = at;
    node.depth = std::max(left.depth, right.depth) + 1;
    node.children.push_back(std::move(left));
    node.children.push_back(std::move(right));
    if (isTooDeep(node)) return std::nullopt;
    return node;
  }

  std::optional<Syntax> parseOr() { return parseRun("||", SyntaxKind::kOr, &Parser::parseAnd); }
  std::optional<Syntax> parseAnd() {
    return parseRun("&&", SyntaxKind::kAnd, &Parser::parseComparison);
  }

  std::optional<Syntax> parseRun(std::string_view text,
                                 SyntaxKind kind,
                                 std::optional<Syntax> (Parser::*operand)()) {
    std::optional<Syntax> left = (this->*operand)();
    while (left && isOperator(text)) {
      const Position at = token_.position;
      if (!advance()) return std::nullopt;
      std::optional<Syntax> right = (this->*operand)();
      if (!right) return std::nullopt;
      left = combine(kind, at, std::move(*left), std::move(*right));
    }
    return left;
  }

  std::optional<Syntax> parseComparison() {
    std::optional<Syntax> left = parseSum();
    while (left) {
      const Operator* comparison = operatorOf(kComparisons);
      if (comparison == nullptr) break;
      const Position at = token_.position;
      if (!advance()) return std::nullopt;
      std::optional<Syntax> right = parseSum();
      if (!right) return std::nullopt;
      left = combine(comparison->kind, at, std::move(*left), std::move(*right));
    }
    return left;
  }

  std::optional<Syntax> parseSum() {
    bool product = false;
    bool other = false;
    const Position start = token_.position;
    std::optional<Syntax> left = parseUnary();
    while (left) {
      const Operator* sum = operatorOf(kSums);
      if (sum == nullptr) break;
      (sum->kind == SyntaxKind::kMultiply ? product : other) = true;
      const Position at = token_.position;
      if (!advance()) return std::nullopt;
      std::optional<Syntax> right = parseUnary();
      if (!right) return std::nullopt;
      left = combine(sum->kind, at, std::move(*left), std::move(*right));
    }
    if (left && product && other) {
      findings_.push_back({start,
                           "* does not bind tighter than +, - and & here: operators are taken "
                           "from left to right; use parentheses",
                           /*is_warning=*/true});
    }
    return left;
  }

  // Recursion goes through here and through parsePrimary() only, so this is where it is bounded.
  std::optional<Syntax> parseUnary() {
    if (++nesting_ > kDepthMax) {
      return fail(fmt::format("the expression is nested more than {} levels deep", kDepthMax));
    }
    std::optional<Syntax> result = isOperator("-") ? parseNegation() : parsePrimary();
    --nesting_;
    return result;
  }

  std::optional<Syntax> parseNegation() {
    Syntax node;
    node.kind = SyntaxKind::kNegate;
    node.position = token_.position;
    if (!advance()) return std::nullopt;
    std::optional<Syntax> operand = parseUnary();
    if (!operand) return std::nullopt;
    if (operand->kind == SyntaxKind::kInteger && !operand->in_parentheses) {
      operand->integer =
          static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(operand->integer));
      operand->position = node.position;
      return operand;
    }
    node.depth = operand->depth + 1;
    node.children.push_back(std::move(*operand));
    if (isTooDeep(node)) return std::nullopt;
    return node;
  }

  std::optional<Syntax> parsePrimary() {
    if (isOperator("(")) {
      if (!advance()) return std::nullopt;
      std::optional<Syntax> inner = parseOr();
      if (!inner) return std::nullopt;
      if (!isOperator(")")) return fail(unexpected("')'"));
      if (!advance()) return std::nullopt;
      inner->in_parentheses = true;
      return inner;
    }
    Syntax node;
    node.position = token_.position;
    switch (token_.kind) {
      case TokenKind::kString:
        node.kind = SyntaxKind::kString;
        break;
      case TokenKind::kInteger:
        node.kind = SyntaxKind::kInteger;
        break;
      case TokenKind::kAttribute:
        node.kind = SyntaxKind::kAttribute;
        break;
      case TokenKind::kParameter:
        node.kind = SyntaxKind::kParameter;
        break;
      case TokenKind::kVariable:
        node.kind = SyntaxKind::kVariable;
        break;
      case TokenKind::kName:
        node.kind = SyntaxKind::kName;
        break;
      case TokenKind::kEnd:
      case TokenKind::kOperator:
        return fail(unexpected("a value"));
    }
    node.text = std::move(token_.text);
    node.integer = token_.integer;
    if (!advance()) return std::nullopt;
    if (node.kind == SyntaxKind::kName && isOperator("(")) return parseCall(std::move(node));
    return node;
  }

  std::optional<Syntax> parseCall(Syntax node) {
    node.kind = SyntaxKind::kCall;
    if (!advance()) return std::nullopt;
    while (!isOperator(")")) {
      if (!node.children.empty()) {
        if (!isOperator(",")) return fail(unexpected("',' or ')'"));
        if (!advance()) return std::nullopt;
      }
      std::optional<Syntax> argument = parseOr();
      if (!argument) return std::nullopt;
      node.depth = std::max(node.depth, argument->depth + 1);
      node.children.push_back(std::move(*argument));
    }
    if (isTooDeep(node)) return std::nullopt;
    if (!advance()) return std::nullopt;
    return node;
  }

  Lexer lexer_;
  std::vector<Finding>& findings_;
  Token token_;
  std::uint32_t nesting_ = 0;
};

}  // namespace

std::optional<Syntax> parse(std::string_view text, std::vector<Finding>& findings) {
  if (text.size() > kExpressionBytesMax) {
    findings.push_back(
        {Position{}, fmt::format("the expression is longer than {} bytes", kExpressionBytesMax)});
    return std::nullopt;
  }
  return Parser(text, findings).parse();
}

}  // namespace tandem::expression
