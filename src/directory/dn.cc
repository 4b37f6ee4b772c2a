// SPDX-License-Identifier: Apache-2.0
#include "directory/dn.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::directory {
namespace {

constexpr char kLevel =
    '\x1f';  // between levels of a key; cannot stand unescaped in names people give
constexpr std::string_view kSpecial = ",+\"\\<>;=";

bool isHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Reads one DN, RDN by RDN. Positions in errors count bytes from 1.
class DnParser {
 public:
  explicit DnParser(std::string_view text) : text_(text) {}

  Result<std::vector<Rdn>> parse() {
    std::vector<Rdn> rdns;
    skipBlanks();
    if (at_ == text_.size()) return rdns;
    for (;;) {
      Rdn rdn;
      do {
        rdn.push_back(TRY(readPair()));
      } while (take('+'));
      rdns.push_back(std::move(rdn));
      if (at_ == text_.size()) return rdns;
      if (!take(',') && !take(';')) return fail("expected ',' or '+'");
    }
  }

 private:
  Error fail(std::string_view what) const {
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format("not a distinguished name (RFC 4514): {} at position {}", what, at_ + 1));
  }

  void skipBlanks() {
    while (at_ < text_.size() && text_[at_] == ' ')
      ++at_;
  }

  bool take(char c) {
    if (at_ < text_.size() && text_[at_] == c) {
      ++at_;
      return true;
    }
    return false;
  }

  Result<AttributeTypeAndValue> readPair() {
    skipBlanks();
    const std::size_t start = at_;
    while (at_ < text_.size() && isTypeCharacter(text_[at_]))
      ++at_;
    AttributeTypeAndValue pair;
    pair.type = text_.substr(start, at_ - start);
    if (pair.type.empty()) return fail("expected an attribute type");
    skipBlanks();
    if (!take('=')) return fail("expected '='");
    skipBlanks();
    if (at_ < text_.size() && text_[at_] == '#') {
      pair.value = TRY(readHexValue());
      pair.is_hex = true;
    } else {
      pair.value = TRY(readStringValue());
    }
    return pair;
  }

  static bool isTypeCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  }

  // "#04024869": a BER value in hex. Kept as its text: we never need to look inside one.
  Result<std::string> readHexValue() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && isHexDigit(text_[at_]))
      ++at_;
    if ((at_ - start) % 2 == 0 || at_ - start == 1) return fail("odd number of hex digits");
    std::string value(text_.substr(start, at_ - start));
    skipBlanks();
    return value;
  }

  Result<std::string> readStringValue() {
    std::string value;
    std::size_t kept = 0;  // trailing blanks that are not escaped do not belong to the value
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ',' || c == '+' || c == ';') break;
      if (c == '"' || c == '<' || c == '>') return fail("this character must be escaped");
      if (c == '\\') {
        value += TRY(readEscape());
        kept = value.size();
        continue;
      }
      value += c;
      ++at_;
      if (c != ' ') kept = value.size();
    }
    value.resize(kept);
    return value;
  }

  Result<char> readEscape() {
    if (at_ + 1 >= text_.size()) return fail("nothing after the escape");
    const char next = text_[at_ + 1];
    if (at_ + 2 < text_.size() && isHexDigit(next) && isHexDigit(text_[at_ + 2])) {
      const char byte = fromHex(text_.substr(at_ + 1, 2))->front();
      at_ += 3;
      return byte;
    }
    if (next != ' ' && next != '#' && kSpecial.find(next) == std::string_view::npos) {
      return fail("this character cannot be escaped");
    }
    at_ += 2;
    return next;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Folded, and runs of blanks as one: caseIgnoreMatch prepares strings so (RFC 4518, 2.6.1).
void appendPrepared(std::string_view value, std::string& out) {
  std::string folded = foldCase(value);
  bool blank = false;
  for (const char c : folded) {
    if (c == ' ' && blank) continue;
    blank = c == ' ';
    out += c;
  }
}

std::string rdnKey(const Rdn& rdn) {
  std::vector<std::string> pairs;
  pairs.reserve(rdn.size());
  for (const AttributeTypeAndValue& pair : rdn) {
    std::string text = toLowerAscii(pair.type) + "=";
    appendPrepared(pair.value, text);
    pairs.push_back(std::move(text));
  }
  std::sort(pairs.begin(), pairs.end());  // "CN=a+UID=b" equals "UID=b+CN=a"
  std::string key;
  for (const std::string& pair : pairs)
    key += (key.empty() ? "" : "+") + pair;
  return key;
}

// What a character means to isPlain().
enum class Meaning : std::uint8_t {
  kOrdinary,
  kBlank,
  kSeparator,
  kNotAscii,
  kOther
};

constexpr std::array<Meaning, 256> meanings() {
  std::array<Meaning, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    table[c] = c >= 0x80 ? Meaning::kNotAscii : c < 0x20 ? Meaning::kOther : Meaning::kOrdinary;
  }
  for (const char c : {'\\', '+', '"', ';', '<', '>', '#'})
    table[static_cast<unsigned char>(c)] = Meaning::kOther;
  table[' '] = Meaning::kBlank;
  table[','] = table['='] = Meaning::kSeparator;
  return table;
}
constexpr std::array<Meaning, 256> kMeanings = meanings();

// How a DN can be turned into its key.
enum class Shape : std::uint8_t {
  kPlainAscii,  // the levels in reverse order, in lower case
  kPlain,       // the same, with letters beyond ASCII in values
  kAny          // has to be parsed
};

// Plain: no escapes, single pairs, no blanks around separators, no double blanks.
Shape shapeOf(std::string_view text) {
  Shape shape = Shape::kPlainAscii;
  bool in_value = false;
  Meaning last = Meaning::kSeparator;
  for (const char c : text) {
    const Meaning meaning = kMeanings[static_cast<unsigned char>(c)];
    switch (meaning) {
      case Meaning::kOrdinary:
        break;
      case Meaning::kBlank:
        if (last == Meaning::kBlank || last == Meaning::kSeparator) return Shape::kAny;
        break;
      case Meaning::kSeparator:
        if (last == Meaning::kBlank || last == Meaning::kSeparator) return Shape::kAny;
        in_value = c == '=';
        break;
      case Meaning::kNotAscii:
        if (!in_value) return Shape::kAny;
        shape = Shape::kPlain;
        break;
      case Meaning::kOther:
        return Shape::kAny;
    }
    last = meaning;
  }
  return last == Meaning::kBlank || last == Meaning::kSeparator ? Shape::kAny : shape;
}

// Calls take with each level of a plain DN, root first.
template <typename Take>
void forEachLevel(std::string_view text, Take take) {
  std::size_t end = text.size();
  while (true) {
    const std::size_t comma = end == 0 ? std::string_view::npos : text.rfind(',', end - 1);
    const std::size_t start = comma == std::string_view::npos ? 0 : comma + 1;
    take(text.substr(start, end - start));
    if (comma == std::string_view::npos) return;
    end = comma;
  }
}

void plainAsciiKeyInto(std::string_view text, std::string& out) {
  out.resize(text.size());  // a separator each, as before
  char* at = out.data();
  forEachLevel(text, [&](std::string_view level) {
    if (at != out.data()) *at++ = kLevel;
    for (const char c : level)
      *at++ = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
}

}  // namespace

Result<Dn> Dn::parse(std::string_view text) {
  return Dn(TRY(DnParser(text).parse()));
}

Dn Dn::fromRdns(std::vector<Rdn> rdns) {
  return Dn(std::move(rdns));
}

Dn Dn::parent() const {
  if (rdns_.empty()) return {};
  return Dn(std::vector<Rdn>(std::next(rdns_.begin()), rdns_.end()));
}

bool Dn::isUnder(const Dn& ancestor) const {
  if (ancestor.rdns_.size() > rdns_.size()) return false;
  const auto tail = rdns_.size() - ancestor.rdns_.size();
  for (std::size_t i = 0; i < ancestor.rdns_.size(); ++i) {
    if (rdnKey(rdns_[tail + i]) != rdnKey(ancestor.rdns_[i])) return false;
  }
  return true;
}

std::string Dn::toText() const {
  std::string out;
  for (const Rdn& rdn : rdns_) {
    if (!out.empty()) out += ',';
    for (std::size_t i = 0; i < rdn.size(); ++i) {
      if (i > 0) out += '+';
      const std::string& value = rdn[i].value;
      out += rdn[i].type + "=" + (rdn[i].is_hex ? value : escapeRdnValue(value));
    }
  }
  return out;
}

std::string Dn::key() const {
  std::string out;
  for (auto rdn = rdns_.rbegin(); rdn != rdns_.rend(); ++rdn) {
    if (!out.empty()) out += kLevel;
    out += rdnKey(*rdn);
  }
  return out;
}

std::string dnKey(std::string_view text) {
  std::string out;
  dnKeyInto(text, out);
  return out;
}

void dnKeyInto(std::string_view text, std::string& out) {
  switch (shapeOf(text)) {
    case Shape::kPlainAscii:
      plainAsciiKeyInto(text, out);
      return;
    case Shape::kPlain:
      out.clear();
      forEachLevel(text, [&out](std::string_view level) {
        if (!out.empty()) out += kLevel;
        appendFoldedCase(level, out);
      });
      return;
    case Shape::kAny:
      break;
  }
  const Result<Dn> dn = Dn::parse(text);
  out = dn.ok() ? dn.value().key() : foldCase(text);
}

std::string escapeRdnValue(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool edge_blank = c == ' ' && (i == 0 || i + 1 == value.size());
    const bool control = static_cast<unsigned char>(c) < 0x20;
    if (control) {
      out += '\\' + toHexUpper(std::string_view(&c, 1));
      continue;
    }
    if (edge_blank || (c == '#' && i == 0) ||
        (kSpecial.find(c) != std::string_view::npos && c != '=')) {
      out += '\\';
    }
    out += c;
  }
  return out;
}

}  // namespace tandem::directory
