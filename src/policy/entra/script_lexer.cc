// SPDX-License-Identifier: Apache-2.0
//
// PowerShell's quoting (about_Quoting_Rules): in single quotes only '' is special; in double quotes
// the backtick escapes and "" is a quote. The curly quotes count as straight ones, because Word and
// web pages turn one into the other and PowerShell takes both.
#include "policy/entra/script_lexer.h"

#include <array>
#include <cctype>

#include <fmt/core.h>

namespace tandem::policy::entra {
namespace {

constexpr std::array<std::string_view, 4> kSingleQuotes{"'", "\u2018", "\u2019", "\u201A"};
constexpr std::array<std::string_view, 4> kDoubleQuotes{"\"", "\u201C", "\u201D", "\u201E"};
constexpr std::string_view kSymbols = "()[],=|.{}:";

bool isNameByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class ScriptLexer {
 public:
  ScriptLexer(std::string_view text, std::string_view file, Problems& problems)
      : text_(text), file_(file), problems_(problems) {}

  std::optional<std::vector<ScriptToken>> cut() {
    while (at_ < text_.size() && !failed_)
      step();
    if (failed_) return std::nullopt;
    add(ScriptTokenKind::kEndOfLine, "");
    return std::move(tokens_);
  }

 private:
  bool isAt(std::string_view word) const { return text_.substr(at_).starts_with(word); }

  void advance(std::size_t bytes) {
    for (const std::size_t end = at_ + bytes; at_ < end; ++at_) {
      if (text_[at_] == '\n') {
        ++position_.line;
        position_.column = 1;
      } else if ((static_cast<unsigned char>(text_[at_]) & 0xC0U) != 0x80U) {
        ++position_.column;
      }
    }
  }

  void add(ScriptTokenKind kind, std::string text) {
    tokens_.push_back({kind, std::move(text), start_, false});
  }

  void fail(std::string message) {
    failed_ = true;
    problems_.push_back({Problem::Severity::kError,
                         fmt::format("{}:{}:{}", file_, start_.line, start_.column),
                         std::move(message)});
  }

  std::size_t quoteHere(const std::array<std::string_view, 4>& quotes) const {
    for (const std::string_view quote : quotes) {
      if (isAt(quote)) return quote.size();
    }
    return 0;
  }

  void step() {
    start_ = position_;
    if (skipBlank()) return;
    if (isAt("@'") || isAt("@\"")) return readHereString();
    if (isAt("@(")) {
      advance(2);
      return add(ScriptTokenKind::kSymbol, "@(");
    }
    if (quoteHere(kSingleQuotes) > 0) return readQuoted(/*expands=*/false);
    if (quoteHere(kDoubleQuotes) > 0) return readQuoted(/*expands=*/true);
    const char c = text_[at_];
    if (c == '$') return readVariable();
    if (c == '-' && at_ + 1 < text_.size() && isNameByte(text_[at_ + 1])) return readParameter();
    // A dot inside a word belongs to it: 1.5, Microsoft.Identity.
    if (isNameByte(c) || c == '-') return readWord();
    if (kSymbols.find(c) != std::string_view::npos) {
      advance(1);
      return add(ScriptTokenKind::kSymbol, std::string(1, c));
    }
    fail(fmt::format("a rule script has no \"{}\" here: leave in it what the rule editor exports",
                     c));
  }

  bool skipBlank() {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\r') {
      advance(1);
    } else if (c == '\n' || c == ';') {
      add(ScriptTokenKind::kEndOfLine, "");
      advance(1);
    } else if (isAt("`\n") || isAt("`\r\n")) {
      advance(isAt("`\n") ? 2 : 3);
    } else if (c == '`' && text_.find_first_not_of(" \t\r", at_ + 1) != std::string_view::npos &&
               text_[text_.find_first_not_of(" \t\r", at_ + 1)] == '\n') {
      // PowerShell would not join here; copying out of a page leaves blanks behind.
      advance(text_.find('\n', at_) + 1 - at_);
    } else if (isAt("<#")) {
      const std::size_t end = text_.find("#>", at_);
      advance((end == std::string_view::npos ? text_.size() : end + 2) - at_);
    } else if (c == '#') {
      const std::size_t end = text_.find('\n', at_);
      advance((end == std::string_view::npos ? text_.size() : end) - at_);
    } else {
      return false;
    }
    return true;
  }

  // @' or @" at the end of a line, up to a line that begins with the same quote and @.
  void readHereString() {
    const char quote = text_[at_ + 1];
    const std::size_t first = text_.find('\n', at_);
    const std::string end_mark = fmt::format("\n{}@", quote);
    if (first == std::string_view::npos) return fail("this here-string has no end");
    const std::size_t end = text_.find(end_mark, first);
    if (end == std::string_view::npos) return fail("this here-string has no end");
    std::string content(end > first ? text_.substr(first + 1, end - first - 1) : "");
    if (!content.empty() && content.back() == '\r') content.pop_back();
    advance(end + end_mark.size() - at_);
    add(ScriptTokenKind::kText, quote == '"' ? unescaped(content) : content);
    tokens_.back().expands = quote == '"';
  }

  void readQuoted(bool expands) {
    const auto& quotes = expands ? kDoubleQuotes : kSingleQuotes;
    advance(quoteHere(quotes));
    std::string content;
    while (at_ < text_.size()) {
      if (const std::size_t quote = quoteHere(quotes); quote > 0) {
        advance(quote);
        const std::size_t second = quoteHere(quotes);
        if (second == 0) {
          add(ScriptTokenKind::kText, expands ? unescaped(content) : content);
          tokens_.back().expands = expands;
          return;
        }
        content += expands ? "`\"" : "'";
        advance(second);
        continue;
      }
      const std::size_t length = expands && text_[at_] == '`' && at_ + 1 < text_.size() ? 2 : 1;
      content += text_.substr(at_, length);
      advance(length);
    }
    fail("this text has no end: a quote is missing");
  }

  // An escaped dollar becomes U+0001, which no script holds, so that it is not taken for a
  // variable.
  static std::string unescaped(std::string_view content) {
    std::string text;
    for (std::size_t i = 0; i < content.size(); ++i) {
      if (content[i] != '`' || i + 1 == content.size()) {
        text += content[i];
        continue;
      }
      const char escaped = content[++i];
      if (escaped == 'n') {
        text += '\n';
      } else if (escaped == 't') {
        text += '\t';
      } else if (escaped == 'r') {
        text += '\r';
      } else if (escaped == '$') {
        text += '\x01';
      } else {
        text += escaped;
      }
    }
    return text;
  }

  void readVariable() {
    advance(1);
    const bool braced = isAt("{");
    if (braced) advance(1);
    const std::string name = takeName();
    if (braced) {
      if (!isAt("}")) return fail("a variable's name has no end");
      advance(1);
    }
    if (name.empty()) return fail("a variable has no name here");
    add(ScriptTokenKind::kVariable, name);
  }

  void readParameter() {
    advance(1);
    add(ScriptTokenKind::kParameter, takeName());
  }

  void readWord() {
    std::string word;
    while (at_ < text_.size() && (isNameByte(text_[at_]) || text_[at_] == '-' ||
                                  text_[at_] == '.' || text_[at_] == '\\')) {
      word += text_[at_];
      advance(1);
    }
    add(ScriptTokenKind::kWord, std::move(word));
  }

  std::string takeName() {
    std::string name;
    while (at_ < text_.size() && isNameByte(text_[at_])) {
      name += text_[at_];
      advance(1);
    }
    return name;
  }

  std::string_view text_;
  std::string_view file_;
  Problems& problems_;
  std::size_t at_ = 0;
  Position position_;
  Position start_;
  bool failed_ = false;
  std::vector<ScriptToken> tokens_;
};

}  // namespace

std::optional<std::vector<ScriptToken>> cutScript(std::string_view text,
                                                  std::string_view file,
                                                  Problems& problems) {
  return ScriptLexer(text, file, problems).cut();
}

}  // namespace tandem::policy::entra
