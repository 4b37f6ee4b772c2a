// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "expression/syntax.h"

namespace tandem::expression {

enum class TokenKind : std::uint8_t {
  kEnd,
  kString,
  kInteger,
  kName,
  kAttribute,
  kParameter,
  kVariable,
  kOperator,  // text is the operator, a parenthesis or a comma
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Position position;
  std::string text;
  std::int64_t integer = 0;
};

// Cuts an expression into tokens. The first thing that is none stops it: next() then gives nullopt
// and finding() says why.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  std::optional<Token> next();
  const Finding& finding() const { return finding_; }

 private:
  bool isAt(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  void advance(std::size_t bytes);
  void skipBlanks();
  std::optional<Token> fail(std::string message);
  std::optional<Token> readString(Token token);
  std::optional<Token> readNumber(Token token);
  std::optional<Token> readHexNumber(Token token);
  std::optional<Token> readBracketed(Token token);
  std::optional<Token> readParameter(Token token);
  std::optional<Token> readOperator(Token token);

  std::string_view text_;
  std::size_t at_ = 0;
  Position position_;
  bool after_operand_ = false;  // "a &HFF" concatenates, "(&HFF" is a number
  Finding finding_;
};

}  // namespace tandem::expression
