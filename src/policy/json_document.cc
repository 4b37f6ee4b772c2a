// SPDX-License-Identifier: Apache-2.0
#include "policy/json_document.h"

#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/bytes.h"

namespace tandem::policy {
namespace {

constexpr int kDeepest = 64;

void appendUtf8(std::uint32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U));
    out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U));
    out += static_cast<char>(0x80U | ((c >> 12U) & 0x3FU));
    out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (c & 0x3FU));
  }
}

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

// Recursive descent. The first error ends it: what follows a syntax error is guesswork.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::variant<JsonNode, JsonSyntaxError> document() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") text_.remove_prefix(3);
    JsonNode root;
    skipBlanks();
    if (value(root, 0)) {
      skipBlanks();
      if (!atEnd()) fail("there is text after the end of the document");
    }
    if (error_) return std::move(*error_);
    return root;
  }

 private:
  bool atEnd() const { return next_ == text_.size(); }
  char peek() const { return atEnd() ? '\0' : text_[next_]; }

  void advance() {
    const auto c = static_cast<unsigned char>(text_[next_++]);
    if (c == '\n') {
      ++here_.line;
      here_.column = 1;
    } else if ((c & 0xC0U) != 0x80U) {  // continuation bytes are no column of their own
      ++here_.column;
    }
  }

  void skipBlanks() {
    while (!atEnd() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) {
      advance();
    }
  }

  bool fail(std::string message) { return failAt(here_, std::move(message)); }
  bool failAt(Position at, std::string message) {
    if (!error_) error_ = JsonSyntaxError{at, std::move(message)};
    return false;
  }

  std::string found() const {
    if (atEnd()) return "the end of the file";
    const char c = peek();
    if (c == '/') return "'/' (JSON has no comments)";
    if (c == '\'') return "\"'\" (JSON strings stand in double quotes)";
    if (static_cast<unsigned char>(c) < 0x20) {
      return fmt::format("the control character 0x{:02x}", static_cast<unsigned>(c));
    }
    if (static_cast<unsigned char>(c) >= 0x80) return "a character outside of a string";
    return fmt::format("'{}'", c);
  }

  bool value(JsonNode& node, int depth) {
    node.at = here_;
    if (depth > kDeepest) return fail(fmt::format("nested deeper than {} levels", kDeepest));
    switch (peek()) {
      case '{':
        return object(node, depth);
      case '[':
        return array(node, depth);
      case '"':
        node.kind = JsonNode::Kind::kString;
        return string(node.text);
      case 't':
        node.kind = JsonNode::Kind::kBoolean;
        node.boolean = true;
        return word("true");
      case 'f':
        node.kind = JsonNode::Kind::kBoolean;
        return word("false");
      case 'n':
        return word("null");
      default:
        if (peek() == '-' || isDigit(peek())) return number(node);
        return fail("a value is expected here, but there is " + found());
    }
  }

  bool word(std::string_view expected) {
    const Position start = here_;
    std::string got;
    while (!atEnd() && ((peek() >= 'a' && peek() <= 'z') || (peek() >= 'A' && peek() <= 'Z'))) {
      got += peek();
      advance();
    }
    if (got == expected) return true;
    return failAt(start, fmt::format("\"{}\" is no JSON value: did you mean {}?", got, expected));
  }

  bool number(JsonNode& node) {
    node.kind = JsonNode::Kind::kNumber;
    const std::size_t start = next_;
    if (peek() == '-') advance();
    const bool leading_zero = peek() == '0';
    const std::size_t first_digit = next_;
    if (!digits()) return fail("a digit is expected here, but there is " + found());
    if (leading_zero && next_ - first_digit > 1) {
      return failAt(node.at, "a number does not begin with 0");
    }
    if (peek() == '.') {
      advance();
      if (!digits()) return fail("a digit is expected after the decimal point");
    }
    if (peek() == 'e' || peek() == 'E') {
      advance();
      if (peek() == '+' || peek() == '-') advance();
      if (!digits()) return fail("a digit is expected in the exponent");
    }
    node.text = std::string(text_.substr(start, next_ - start));
    return true;
  }

  bool digits() {
    if (!isDigit(peek())) return false;
    while (isDigit(peek()))
      advance();
    return true;
  }

  bool string(std::string& out) {
    const Position start = here_;
    advance();  // the quote
    const std::size_t first = next_;
    bool plain = true;
    for (;;) {
      if (atEnd() || peek() == '\n') return failAt(start, "this string does not end on its line");
      const char c = peek();
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20)
        return fail(found() + " must be written as \\uXXXX");
      if (c == '\\') {
        if (plain) out = std::string(text_.substr(first, next_ - first));
        plain = false;
        if (!escape(out)) return false;
        continue;
      }
      if (!plain) out += c;
      advance();
    }
    if (plain) out = std::string(text_.substr(first, next_ - first));
    advance();
    if (!isValidUtf8(out)) return failAt(start, "this string is not valid UTF-8");
    return true;
  }

  bool escape(std::string& out) {
    const Position start = here_;
    advance();
    const char c = peek();
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t known = c == '\0' ? std::string_view::npos : kLetters.find(c);
    if (known != std::string_view::npos) {
      out += kMeanings[known];
      advance();
      return true;
    }
    if (c != 'u') {
      return failAt(start,
                    fmt::format("\"\\\" before {}: a backslash is written as \\\\", found()));
    }
    return unicodeEscape(start, out);
  }

  bool unicodeEscape(Position start, std::string& out) {
    std::uint32_t high = 0;
    if (!fourHexDigits(high)) return failAt(start, "\\u needs four hexadecimal digits");
    if (high >= 0xD800 && high <= 0xDBFF) {
      std::uint32_t low = 0;
      const bool pair = peek() == '\\' && text_.substr(next_, 2) == "\\u";
      if (pair) advance();
      if (!pair || !fourHexDigits(low) || low < 0xDC00 || low > 0xDFFF) {
        return failAt(start, "half of a surrogate pair");
      }
      high = 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
    } else if (high >= 0xDC00 && high <= 0xDFFF) {
      return failAt(start, "half of a surrogate pair");
    }
    appendUtf8(high, out);
    return true;
  }

  bool fourHexDigits(std::uint32_t& value) {
    advance();  // the u
    const auto bytes = fromHex(text_.substr(next_, 4));
    if (!bytes || bytes->size() != 2) return false;
    for (int i = 0; i < 4; ++i)
      advance();
    value = static_cast<std::uint32_t>(static_cast<unsigned char>((*bytes)[0]) << 8U) |
            static_cast<unsigned char>((*bytes)[1]);
    return true;
  }

  // After an element: true to go on with the next, false at the end or on an error.
  bool separator(char close, Position opened) {
    skipBlanks();
    if (peek() == close) {
      advance();
      return false;
    }
    if (peek() != ',') {
      const char open = close == '}' ? '{' : '[';
      return fail(
          fmt::format("',' or '{}' is expected here (for the '{}' of line {}), but there is {}",
                      close,
                      open,
                      opened.line,
                      found()));
    }
    const Position comma = here_;
    advance();
    skipBlanks();
    if (peek() == close) {
      return failAt(comma, fmt::format("no comma before '{}': remove it", close));
    }
    return true;
  }

  bool array(JsonNode& node, int depth) {
    node.kind = JsonNode::Kind::kArray;
    advance();
    skipBlanks();
    if (peek() == ']') {
      advance();
      return true;
    }
    do {
      node.items.emplace_back();
      if (!value(node.items.back(), depth + 1)) return false;
    } while (separator(']', node.at));
    return !error_;
  }

  bool object(JsonNode& node, int depth) {
    node.kind = JsonNode::Kind::kObject;
    advance();
    skipBlanks();
    if (peek() == '}') {
      advance();
      return true;
    }
    do {
      if (peek() != '"')
        return fail("a key in double quotes is expected here, but there is " + found());
      JsonMember& member = node.members.emplace_back();
      member.at = here_;
      if (!string(member.name)) return false;
      skipBlanks();
      if (peek() != ':') return fail("':' is expected after the key, but there is " + found());
      advance();
      skipBlanks();
      if (!value(member.value, depth + 1)) return false;
    } while (separator('}', node.at));
    return !error_;
  }

  std::string_view text_;
  std::size_t next_ = 0;
  Position here_;
  std::optional<JsonSyntaxError> error_;
};

}  // namespace

const JsonNode* JsonNode::find(std::string_view name) const {
  for (const JsonMember& member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

std::variant<JsonNode, JsonSyntaxError> parseJson(std::string_view text) {
  return Parser(text).document();
}

std::string_view describe(JsonNode::Kind kind) {
  switch (kind) {
    case JsonNode::Kind::kNull:
      return "null";
    case JsonNode::Kind::kBoolean:
      return "true or false";
    case JsonNode::Kind::kNumber:
      return "a number";
    case JsonNode::Kind::kString:
      return "a string";
    case JsonNode::Kind::kArray:
      return "an array";
    case JsonNode::Kind::kObject:
      return "an object";
  }
  return "?";
}

}  // namespace tandem::policy
