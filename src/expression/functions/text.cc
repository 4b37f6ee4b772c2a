// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

#include "directory/guid.h"
#include "expression/function.h"
#include "expression/functions/characters.h"
#include "expression/functions/search.h"

namespace tandem::expression {
namespace {

constexpr Parameter kText{"text", types::kString};
constexpr Parameter kTextOrBytes{"text", types::kString | types::kBinary};
constexpr Parameter kCount{"count", types::kInteger};
constexpr std::string_view kBlanks = " \t\r\n\f\v";

Value trim(std::span<const Value> arguments, Workspace& /*work*/) {
  return Value::text(trimAscii(arguments[0].view()));
}

Value leftTrim(std::span<const Value> arguments, Workspace& /*work*/) {
  const std::string_view text = arguments[0].view();
  return Value::text(text.substr(std::min(text.find_first_not_of(kBlanks), text.size())));
}

Value rightTrim(std::span<const Value> arguments, Workspace& /*work*/) {
  const std::string_view text = arguments[0].view();
  return Value::text(text.substr(0, text.find_last_not_of(kBlanks) + 1));
}

Value lowerCase(std::span<const Value> arguments, Workspace& work) {
  foldCaseInto(arguments[0].view(), work.scratch);
  return work.keep(work.scratch);
}

Value upperCase(std::span<const Value> arguments, Workspace& work) {
  return work.keep(toUpperCase(arguments[0].view()));
}

Value properCase(std::span<const Value> arguments, Workspace& work) {
  std::string out;
  const std::string folded = foldCase(arguments[0].view());
  std::string_view rest = folded;
  bool begins = true;
  while (!rest.empty()) {
    const std::string_view character = leftCharacters(rest, 1);
    out += begins ? toUpperCase(character) : std::string(character);
    begins = kBlanks.find(character.front()) != std::string_view::npos;
    rest.remove_prefix(character.size());
  }
  return work.keep(out);
}

Value left(std::span<const Value> arguments, Workspace& /*work*/) {
  const std::string_view text = arguments[0].view();
  const std::int64_t count = arguments[1].number;
  return count < 0 ? arguments[0] : Value::text(leftCharacters(text, count));
}

Value right(std::span<const Value> arguments, Workspace& /*work*/) {
  const std::string_view text = arguments[0].view();
  const std::int64_t count = arguments[1].number;
  const std::int64_t length = countCharacters(text);
  if (count < 0 || count >= length) return arguments[0];
  return Value::text(skipCharacters(text, length - count));
}

Value middleOfBytes(std::string_view bytes, std::int64_t start, std::int64_t count) {
  const std::string_view rest = bytes.substr(static_cast<std::size_t>(start - 1));
  return Value::text(rest.substr(0, static_cast<std::size_t>(count)), Kind::kBinary);
}

Value middle(std::span<const Value> arguments, Workspace& /*work*/) {
  const Value& text = arguments[0];
  const std::int64_t start = arguments[1].number;
  const std::int64_t count = arguments[2].number;
  if (count == 0) return Value::text("", text.kind);
  const bool binary = text.kind == Kind::kBinary;
  const std::int64_t length =
      binary ? static_cast<std::int64_t>(text.size) : countCharacters(text.view());
  if (count < 0 || start <= 0 || start > length) return text;
  if (binary) return middleOfBytes(text.view(), start, count);
  return Value::text(leftCharacters(skipCharacters(text.view(), start - 1), count));
}

Value length(std::span<const Value> arguments, Workspace& /*work*/) {
  const Value& text = arguments[0];
  if (text.isNull()) return Value::integer(0);
  return Value::integer(text.kind == Kind::kBinary ? static_cast<std::int64_t>(text.size)
                                                   : countCharacters(text.view()));
}

// What InStr and InStrRev search, and where from; folded when the comparison is by text.
struct Search {
  std::string_view text;
  std::string_view match;
};

Search searched(std::span<const Value> arguments, Workspace& work) {
  if (arguments.size() < 4 || arguments[3].number == 0) {
    return {arguments[0].view(), arguments[1].view()};
  }
  foldCaseInto(arguments[0].view(), work.scratch);
  foldCaseInto(arguments[1].view(), work.other_scratch);
  return {work.scratch, work.other_scratch};
}

bool isAbsentAny(std::span<const Value> arguments) {
  return std::any_of(
      arguments.begin(), arguments.end(), [](const Value& value) { return value.isNull(); });
}

Value inString(std::span<const Value> arguments, Workspace& work) {
  if (isAbsentAny(arguments)) return Value::integer(0);
  const Search search = searched(arguments, work);
  const std::int64_t start =
      arguments.size() > 2 ? std::max<std::int64_t>(arguments[2].number, 1) : 1;
  const std::size_t skipped = bytesOfCharacters(search.text, start - 1);
  if (skipped == search.text.size() && start > 1) return Value::integer(0);
  const std::size_t found = findText(search.text, search.match, skipped);
  if (found == std::string_view::npos) return Value::integer(0);
  return Value::integer(countCharacters(search.text.substr(0, found)) + 1);
}

Value inStringReverse(std::span<const Value> arguments, Workspace& work) {
  if (isAbsentAny(arguments)) return Value::integer(0);
  const Search search = searched(arguments, work);
  // The search begins at start and goes left: a match must end there or before.
  std::string_view text = search.text;
  if (arguments.size() > 2 && arguments[2].number >= 0) {
    text = leftCharacters(text, arguments[2].number);
  }
  const std::size_t found = findLastText(text, search.match);
  if (found == std::string_view::npos) return Value::integer(0);
  return Value::integer(countCharacters(text.substr(0, found)) + 1);
}

// An absent text gives "", not a text of nothing but the fill: as the vendor documents it.
Value pad(std::span<const Value> arguments, Workspace& work, bool at_left) {
  if (arguments[0].isNull() || arguments[1].isNull()) return Value::text("");
  const std::string_view name = at_left ? "PadLeft" : "PadRight";
  const std::string_view text = arguments[0].view();
  const std::string_view fill = arguments[2].isNull() ? "" : arguments[2].view();
  if (countCharacters(fill) != 1) {
    return work.fail(fmt::format("{}: the fill must be one character", name));
  }
  const std::int64_t length = arguments[1].number;
  if (length > kPadMax) {
    return work.fail(fmt::format("{}: pads to at most {} characters", name, kPadMax));
  }
  const std::int64_t missing = length - countCharacters(text);
  if (missing <= 0) return arguments[0];
  std::string filling;
  if (fill.size() == 1) filling.assign(static_cast<std::size_t>(missing), fill.front());
  for (std::int64_t i = 0; fill.size() > 1 && i < missing; ++i)
    filling += fill;
  const std::string padded = at_left ? filling.append(text) : std::string(text) + filling;
  return work.keep(padded);
}

Value padLeft(std::span<const Value> arguments, Workspace& work) {
  return pad(arguments, work, /*at_left=*/true);
}

Value padRight(std::span<const Value> arguments, Workspace& work) {
  return pad(arguments, work, /*at_left=*/false);
}

// \n, \r and \t are the only escapes that Replace() knows.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool escape = text[i] == '\\' && (next == 'n' || next == 'r' || next == 't');
    out += !escape ? text[i] : next == 'n' ? '\n' : next == 'r' ? '\r' : '\t';
    if (escape) ++i;
  }
  return out;
}

Value replace(std::span<const Value> arguments, Workspace& work) {
  std::string_view rest = arguments[0].view();
  const std::string from = unescaped(arguments[1].view());
  const std::string to = unescaped(arguments[2].view());
  if (from.empty()) return arguments[0];
  std::string out;
  for (std::size_t at = findText(rest, from); at != std::string_view::npos;
       at = findText(rest, from)) {
    out.append(rest.substr(0, at)).append(to);
    if (out.size() > kTextBytesMax) break;
    rest.remove_prefix(at + from.size());
  }
  return work.keep(out.append(rest));
}

using CharacterMap = std::unordered_map<std::string_view, std::string_view>;

// "ö:oe,Å:A,-:" maps single characters; an empty target deletes. Blanks are taken out before.
bool readCharacterMap(std::string_view text, CharacterMap& map, Workspace& work) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(','));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos || countCharacters(pair.substr(0, colon)) != 1) {
      work.fail(
          fmt::format("ReplaceChars: \"{}\" in the map is not of the form ö:oe, for one character",
                      leftCharacters(pair, 20)));
      return false;
    }
    map.emplace(pair.substr(0, colon), pair.substr(colon + 1));
  }
  return true;
}

Value replaceCharacters(std::span<const Value> arguments, Workspace& work) {
  std::string written(arguments[1].view());
  std::erase_if(written, [](char c) { return kBlanks.find(c) != std::string_view::npos; });
  CharacterMap map;
  if (!readCharacterMap(written, map, work)) return Value::special(Kind::kError);
  std::string out;
  std::string_view rest = arguments[0].view();
  while (!rest.empty()) {
    const std::string_view character = leftCharacters(rest, 1);
    const auto found = map.find(character);
    out += found == map.end() ? character : found->second;
    if (out.size() > kTextBytesMax) break;
    rest.remove_prefix(character.size());
  }
  return work.keep(out);
}

Value word(std::span<const Value> arguments, Workspace& /*work*/) {
  std::string_view rest = arguments[0].view();
  const std::string_view delimiters = arguments[2].view();
  if (arguments[1].number < 1) return Value::text("");
  for (std::int64_t number = 1; !rest.empty(); ++number) {
    const std::size_t start = rest.find_first_not_of(delimiters);
    if (start == std::string_view::npos) break;
    rest.remove_prefix(start);
    const std::string_view found = rest.substr(0, rest.find_first_of(delimiters));
    if (number == arguments[1].number) return Value::text(found);
    rest.remove_prefix(found.size());
  }
  return Value::text("");
}

// RFC 4122 section 4.4: version 4, random.
Value newGuid(std::span<const Value> /*arguments*/, Workspace& work) {
  std::string bytes;
  for (int half = 0; half < 2; ++half) {
    const auto random = work.random();
    if (!random) return work.fail("Guid: nothing here gives random numbers");
    for (unsigned shift = 0; shift < 64; shift += 8)
      bytes += static_cast<char>(*random >> shift & 0xFF);
  }
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  return Value::text(work.arena.copy(directory::Guid::fromBytes(bytes)->toBigEndianText()));
}

constexpr Parameter kOther{"other", types::kString};
constexpr Parameter kStart{"start", types::kInteger};
constexpr Parameter kCompare{"compare", types::kInteger};
constexpr Parameter kFill{"fill", types::kString};

const Function kFunctions[] = {
    {.name = "Guid",
     .signature = "str Guid()",
     .summary =
         "A new random GUID as text, another one each time. In a mapping that is not executed "
         "once, each synchronization of the object gives a new value.",
     .returns = types::kString,
     .nulls = NullPolicy::kSeesNull,
     .is_random = true,
     .evaluate = newGuid},
    {.name = "InStr",
     .signature = "num InStr(str text, str match[, num start[, enum compare]])",
     .summary = "The position (from 1) of match in text, 0 when it does not occur; vbBinaryCompare "
                "regards case and is the default, vbTextCompare does not.",
     .parameters = {kText, {"match", types::kString}, kStart, kCompare},
     .required = 2,
     .allowed = 4,
     .returns = types::kInteger,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = inString},
    {.name = "InStrRev",
     .signature = "num InStrRev(str text, str match[, num start[, enum compare]])",
     .summary = "The position (from 1) of the last occurrence of match in text, 0 when there is "
                "none; a start looks at the characters up to it only.",
     .parameters = {kText, {"match", types::kString}, kStart, kCompare},
     .required = 2,
     .allowed = 4,
     .returns = types::kInteger,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = inStringReverse},
    {.name = "LCase",
     .signature = "str LCase(str text)",
     .summary = "The text in lower case.",
     .parameters = {kText},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = lowerCase},
    {.name = "Left",
     .signature = "str Left(str text, num count)",
     .summary =
         "The first count characters; a negative count gives the whole text, NULL gives \"\".",
     .parameters = {kText, kCount},
     .required = 2,
     .allowed = 2,
     .returns = types::kString,
     .nulls = NullPolicy::kReadsAsEmpty,
     .evaluate = left},
    {.name = "Len",
     .signature = "num Len(str or bin text)",
     .summary = "How many characters, or octets of a binary value; 0 for NULL.",
     .parameters = {kTextOrBytes},
     .required = 1,
     .allowed = 1,
     .returns = types::kInteger,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = length},
    {.name = "LTrim",
     .signature = "str LTrim(str text)",
     .summary = "The text without blanks at its start.",
     .parameters = {kText},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = leftTrim},
    {.name = "Mid",
     .signature = "str Mid(str or bin text, num start, num count)",
     .summary = "Count characters (octets of a binary value) from position start; the whole text "
                "when start lies outside of it or count is negative, \"\" when count is 0.",
     .parameters = {kTextOrBytes, kStart, kCount},
     .required = 3,
     .allowed = 3,
     .returns_first = true,
     .nulls = NullPolicy::kReadsAsEmpty,
     .evaluate = middle},
    {.name = "PadLeft",
     .signature = "str PadLeft(str text, num length, str fill)",
     .summary = "The text with the character fill before it, so that it has this length (10,000 at "
                "most); a longer text stays as it is, NULL gives \"\".",
     .parameters = {kText, {"length", types::kInteger}, kFill},
     .required = 3,
     .allowed = 3,
     .returns = types::kString,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = padLeft},
    {.name = "PadRight",
     .signature = "str PadRight(str text, num length, str fill)",
     .summary = "The text with the character fill after it, so that it has this length (10,000 at "
                "most); a longer text stays as it is, NULL gives \"\".",
     .parameters = {kText, {"length", types::kInteger}, kFill},
     .required = 3,
     .allowed = 3,
     .returns = types::kString,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = padRight},
    {.name = "PCase",
     .signature = "str PCase(str text)",
     .summary = "The first letter of each word in upper case, the others in lower case.",
     .parameters = {kText},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = properCase},
    {.name = "Replace",
     .signature = "str Replace(str text, str from, str to)",
     .summary = "The text with each occurrence of from replaced; \\n, \\r and \\t in from and to "
                "are line feed, carriage return and tabulator.",
     .parameters = {kText, {"from", types::kString}, {"to", types::kString}},
     .required = 3,
     .allowed = 3,
     .returns = types::kString,
     .evaluate = replace},
    {.name = "ReplaceChars",
     .signature = "str ReplaceChars(str text, str map)",
     .summary = "Replaces single characters after a map such as \"ö:oe,Å:A,-:\"; an empty target "
                "deletes; case matters, blanks in the map do not.",
     .parameters = {kText, kOther},
     .required = 2,
     .allowed = 2,
     .returns = types::kString,
     .evaluate = replaceCharacters},
    {.name = "Right",
     .signature = "str Right(str text, num count)",
     .summary =
         "The last count characters; a negative count gives the whole text, NULL gives \"\".",
     .parameters = {kText, kCount},
     .required = 2,
     .allowed = 2,
     .returns = types::kString,
     .nulls = NullPolicy::kReadsAsEmpty,
     .evaluate = right},
    {.name = "RTrim",
     .signature = "str RTrim(str text)",
     .summary = "The text without blanks at its end.",
     .parameters = {kText},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = rightTrim},
    {.name = "Trim",
     .signature = "str Trim(str text)",
     .summary = "The text without blanks at its start and end.",
     .parameters = {kText},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = trim},
    {.name = "UCase",
     .signature = "str UCase(str text)",
     .summary = "The text in upper case.",
     .parameters = {kText},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = upperCase},
    {.name = "Word",
     .signature = "str Word(str text, num number, str delimiters)",
     .summary = "The word with this number (from 1), where each character of delimiters ends a "
                "word; \"\" when there are fewer words.",
     .parameters = {kText, {"number", types::kInteger}, {"delimiters", types::kString}},
     .required = 3,
     .allowed = 3,
     .returns = types::kString,
     .nulls = NullPolicy::kReadsAsEmpty,
     .evaluate = word},
};

}  // namespace

std::span<const Function> textFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
