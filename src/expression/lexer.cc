// SPDX-License-Identifier: Apache-2.0
#include "expression/lexer.h"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace tandem::expression {
namespace {

bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

bool isHexDigit(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Word processors turn " into these; they look right in a rule and are not.
constexpr std::array<std::string_view, 9> kTypographicQuotes = {
    "\u201C", "\u201D", "\u201E", "\u201F", "\u2018", "\u2019", "\u201A", "\u00AB", "\u00BB"};

}  // namespace

std::string toString(const Finding& finding) {
  return fmt::format("{}:{}: {}", finding.position.line, finding.position.column, finding.message);
}

void Lexer::advance(std::size_t bytes) {
  for (const char c : text_.substr(at_, bytes)) {
    if (c == '\n') {
      ++position_.line;
      position_.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++position_.column;
    }
  }
  at_ += bytes;
}

void Lexer::skipBlanks() {
  std::size_t end = at_;
  while (end < text_.size() &&
         (text_[end] == ' ' || text_[end] == '\t' || text_[end] == '\r' || text_[end] == '\n')) {
    ++end;
  }
  advance(end - at_);
}

std::optional<Token> Lexer::fail(std::string message) {
  finding_ = {position_, std::move(message)};
  return std::nullopt;
}

std::optional<Token> Lexer::next() {
  skipBlanks();
  Token token;
  token.position = position_;
  if (at_ == text_.size()) return token;
  const bool after_operand = std::exchange(after_operand_, false);
  const char c = text_[at_];
  if (c == '"') return readString(std::move(token));
  if (isDigit(c)) return readNumber(std::move(token));
  if (c == '[') return readBracketed(std::move(token));
  if (c == '%') return readParameter(std::move(token));
  const bool hex = (isAt("&H") || isAt("&h")) && !after_operand && at_ + 2 < text_.size();
  if (hex && isHexDigit(text_[at_ + 2])) return readHexNumber(std::move(token));
  if (isLetter(c) || c == '$') {
    token.kind = c == '$' ? TokenKind::kVariable : TokenKind::kName;
    std::size_t end = at_ + 1;
    while (end < text_.size() && (isLetter(text_[end]) || isDigit(text_[end])))
      ++end;
    token.text = text_.substr(at_, end - at_);
    if (token.text == "$") return fail("expected a variable's name after '$'");
    advance(end - at_);
    after_operand_ = true;
    return token;
  }
  return readOperator(std::move(token));
}

// The backslash is doubled in strings ("\\0ACNF:" is \0ACNF:) and escapes a quote; before anything
// else it is itself, because Replace() has its own \n, \r and \t.
std::optional<Token> Lexer::readString(Token token) {
  token.kind = TokenKind::kString;
  std::size_t end = at_ + 1;
  for (; end < text_.size() && text_[end] != '"'; ++end) {
    const bool escapes = text_[end] == '\\' && end + 1 < text_.size() &&
                         (text_[end + 1] == '\\' || text_[end + 1] == '"');
    if (escapes) ++end;
    token.text += text_[end];
  }
  if (end == text_.size()) return fail("this text has no closing quote");
  advance(end + 1 - at_);
  after_operand_ = true;
  return token;
}

std::optional<Token> Lexer::readNumber(Token token) {
  token.kind = TokenKind::kInteger;
  const char* const last = text_.data() + text_.size();
  const auto [end, error] = std::from_chars(text_.data() + at_, last, token.integer);
  if (error != std::errc()) return fail("this number does not fit into 64 bits");
  if (end != last && (isLetter(*end) || *end == '.')) {
    return fail("not a whole number; text needs quotes");
  }
  advance(static_cast<std::size_t>(end - (text_.data() + at_)));
  after_operand_ = true;
  return token;
}

std::optional<Token> Lexer::readHexNumber(Token token) {
  token.kind = TokenKind::kInteger;
  std::uint64_t bits = 0;
  const char* const last = text_.data() + text_.size();
  const auto [end, error] = std::from_chars(text_.data() + at_ + 2, last, bits, 16);
  if (error != std::errc()) return fail("this number does not fit into 64 bits");
  token.integer = static_cast<std::int64_t>(bits);
  advance(static_cast<std::size_t>(end - (text_.data() + at_)));
  after_operand_ = true;
  return token;
}

std::optional<Token> Lexer::readBracketed(Token token) {
  token.kind = TokenKind::kAttribute;
  const std::size_t end = text_.find_first_of("]\n[", at_ + 1);
  if (end == std::string_view::npos || text_[end] != ']') {
    return fail("this attribute name has no closing ']'");
  }
  token.text = text_.substr(at_ + 1, end - at_ - 1);
  if (token.text.empty()) return fail("expected an attribute's name between '[' and ']'");
  advance(end + 1 - at_);
  after_operand_ = true;
  return token;
}

std::optional<Token> Lexer::readParameter(Token token) {
  token.kind = TokenKind::kParameter;
  const std::size_t end = text_.find_first_of("%\n", at_ + 1);
  if (end == std::string_view::npos || text_[end] != '%') {
    return fail("this parameter has no closing '%'");
  }
  token.text = text_.substr(at_ + 1, end - at_ - 1);
  if (token.text.empty()) return fail("expected a parameter's name between two '%'");
  advance(end + 1 - at_);
  after_operand_ = true;
  return token;
}

std::optional<Token> Lexer::readOperator(Token token) {
  constexpr std::array<std::string_view, 15> kOperators = {
      "&&", "||", "<=", ">=", "<>", "=", "<", ">", "+", "-", "*", "&", "(", ")", ","};
  for (const std::string_view candidate : kOperators) {
    if (!isAt(candidate)) continue;
    token.kind = TokenKind::kOperator;
    token.text = candidate;
    advance(candidate.size());
    after_operand_ = candidate == ")";
    return token;
  }
  for (const std::string_view quote : kTypographicQuotes) {
    if (isAt(quote)) {
      return fail(
          fmt::format("the typographic quote {} does not begin a text; use the straight "
                      "quote \"",
                      quote));
    }
  }
  if (isAt("'")) return fail("text stands between double quotes (\"…\"), not single ones");
  if (isAt("!=") || isAt("==")) return fail("write = for equal and <> for not equal");
  if (isAt("/")) return fail("there is no division");
  return fail("this character has no meaning here");
}

}  // namespace tandem::expression
