// SPDX-License-Identifier: Apache-2.0
#include "tenant/filter.h"

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace tandem::tenant {
namespace {

using Op = FilterNode::Op;

constexpr std::size_t kMaxText = 8192;
constexpr int kMaxDepth = 32;
constexpr int kMaxTerms = 512;

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '@' || c == '$';
}

// Numbers, dates (2026-11-22T07:00:00Z), Guids and bare words all end at one of these.
bool isLiteralCharacter(char c) {
  return isNameCharacter(c) || c == '-' || c == ':' || c == '+';
}

std::optional<Op> comparison(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, Op>, 6> kWords{{{"eq", Op::kEq},
                                                                          {"ne", Op::kNe},
                                                                          {"gt", Op::kGt},
                                                                          {"ge", Op::kGe},
                                                                          {"lt", Op::kLt},
                                                                          {"le", Op::kLe}}};
  for (const auto& [name, op] : kWords) {
    if (equalsIgnoreCaseAscii(word, name)) return op;
  }
  return std::nullopt;
}

std::optional<Op> function(std::string_view word) {
  if (equalsIgnoreCaseAscii(word, "startswith")) return Op::kStartsWith;
  if (equalsIgnoreCaseAscii(word, "endswith")) return Op::kEndsWith;
  if (equalsIgnoreCaseAscii(word, "contains")) return Op::kContains;
  return std::nullopt;
}

class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : text_(text) {}

  Result<FilterNode> parse() {
    FilterNode node = TRY(parseOr(0));
    skipBlanks();
    if (at_ != text_.size()) return expected("the end, 'and' or 'or'");
    return node;
  }

 private:
  Error expected(std::string_view what) const {
    return Error(ErrorCode::kInvalidArgument,
                 "Invalid filter clause: expected " + std::string(what) + " at character " +
                     std::to_string(at_ + 1) + ".");
  }

  void skipBlanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
      ++at_;
  }

  bool take(char c) {
    skipBlanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view peekWord() {
    skipBlanks();
    std::size_t end = at_;
    while (end < text_.size() && isNameCharacter(text_[end]))
      ++end;
    return text_.substr(at_, end - at_);
  }

  bool takeWord(std::string_view word) {
    const std::string_view next = peekWord();
    if (!equalsIgnoreCaseAscii(next, word)) return false;
    at_ += next.size();
    return true;
  }

  Result<FilterNode> parseOr(int depth) { return parseJoined(depth, Op::kOr); }

  // a and b and c, or: the children of one node, so a long list costs no depth.
  Result<FilterNode> parseJoined(int depth, Op op) {
    const bool is_or = op == Op::kOr;
    FilterNode first = TRY(is_or ? parseJoined(depth, Op::kAnd) : parseUnary(depth));
    if (!takeWord(is_or ? "or" : "and")) return first;
    FilterNode node;
    node.op = op;
    node.children.push_back(std::move(first));
    do {
      node.children.push_back(TRY(is_or ? parseJoined(depth, Op::kAnd) : parseUnary(depth)));
    } while (takeWord(is_or ? "or" : "and"));
    return node;
  }

  Result<FilterNode> parseUnary(int depth) {
    if (depth > kMaxDepth) {
      return Error(ErrorCode::kInvalidArgument, "Invalid filter clause: it is nested too deeply.");
    }
    if (++terms_ > kMaxTerms) {
      return Error(ErrorCode::kInvalidArgument, "Invalid filter clause: it has too many terms.");
    }
    if (takeWord("not")) {
      FilterNode node;
      node.op = Op::kNot;
      node.children.push_back(TRY(parseUnary(depth + 1)));
      return node;
    }
    if (take('(')) {
      FilterNode node = TRY(parseOr(depth + 1));
      if (!take(')')) return expected("')'");
      return node;
    }
    return parseTerm(depth);
  }

  Result<FilterNode> parseTerm(int depth) {
    const std::string_view word = peekWord();
    if (const auto op = function(word)) {
      at_ += word.size();
      return parseFunction(*op);
    }
    FilterNode node;
    node.path = TRY(parsePath());
    if (node.path.ends_with("/any")) return parseAny(std::move(node), depth);
    if (takeWord("in")) return parseIn(std::move(node));
    const std::string_view operation = peekWord();
    const auto op = comparison(operation);
    if (!op) return expected("eq, ne, gt, ge, lt, le or in");
    at_ += operation.size();
    node.op = *op;
    node.literals.push_back(TRY(parseLiteral()));
    return countIfAsked(std::move(node));
  }

  Result<FilterNode> countIfAsked(FilterNode node) const {
    constexpr std::string_view kCount = "/$count";
    if (!node.path.ends_with(kCount)) return node;
    node.path.resize(node.path.size() - kCount.size());
    if (node.op != Op::kEq && node.op != Op::kNe) return expected("eq or ne after $count");
    node.op = node.op == Op::kEq ? Op::kCountEq : Op::kCountNe;
    return node;
  }

  Result<FilterNode> parseFunction(Op op) {
    FilterNode node;
    node.op = op;
    if (!take('(')) return expected("'('");
    node.path = TRY(parsePath());
    if (!take(',')) return expected("','");
    node.literals.push_back(TRY(parseLiteral()));
    if (!take(')')) return expected("')'");
    return node;
  }

  Result<FilterNode> parseAny(FilterNode node, int depth) {
    node.op = Op::kAny;
    node.path.resize(node.path.size() - std::string_view("/any").size());
    if (!take('(')) return expected("'('");
    if (take(')')) return node;
    node.variable = std::string(peekWord());
    if (node.variable.empty()) return expected("a variable");
    at_ += node.variable.size();
    if (!take(':')) return expected("':'");
    node.children.push_back(TRY(parseOr(depth + 1)));
    if (!take(')')) return expected("')'");
    return node;
  }

  Result<FilterNode> parseIn(FilterNode node) {
    node.op = Op::kIn;
    if (!take('(')) return expected("'('");
    do {
      node.literals.push_back(TRY(parseLiteral()));
      if (node.literals.size() > kMaxTerms) {
        return Error(ErrorCode::kInvalidArgument, "Invalid filter clause: it has too many terms.");
      }
    } while (take(','));
    if (!take(')')) return expected("',' or ')'");
    return node;
  }

  Result<std::string> parsePath() {
    std::string path;
    do {
      const std::string_view name = peekWord();
      if (name.empty()) return expected("a property name");
      if (!path.empty()) path += '/';
      path += name;
      at_ += name.size();
    } while (at_ < text_.size() && text_[at_] == '/' && ++at_);
    return path;
  }

  Result<FilterLiteral> parseLiteral() {
    skipBlanks();
    if (at_ < text_.size() && text_[at_] == '\'') return parseString();
    std::size_t end = at_;
    while (end < text_.size() && isLiteralCharacter(text_[end]))
      ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    if (word.empty()) return expected("a value");
    at_ = end;
    if (equalsIgnoreCaseAscii(word, "null")) return FilterLiteral{};
    if (equalsIgnoreCaseAscii(word, "true") || equalsIgnoreCaseAscii(word, "false")) {
      return FilterLiteral{FilterLiteral::Type::kBool, toLowerAscii(word)};
    }
    return FilterLiteral{FilterLiteral::Type::kNumber, std::string(word)};
  }

  Result<FilterLiteral> parseString() {
    FilterLiteral literal{FilterLiteral::Type::kString, ""};
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] != '\'') {
        literal.text += text_[i];
      } else if (i + 1 < text_.size() && text_[i + 1] == '\'') {
        literal.text += '\'';  // doubled: one quote
        ++i;
      } else {
        at_ = i + 1;
        return literal;
      }
    }
    return expected("a closing quote for the text that begins");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int terms_ = 0;
};

}  // namespace

Result<FilterNode> parseFilter(std::string_view text) {
  if (text.size() > kMaxText) {
    return Error(ErrorCode::kInvalidArgument, "Invalid filter clause: it is too long.");
  }
  return FilterParser(text).parse();
}

}  // namespace tandem::tenant
