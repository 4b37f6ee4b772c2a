// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldif/forest_text.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/ldif/ldif_parser.h"
#include "directory/guid.h"
#include "directory/sid.h"

namespace tandem::connectors::ldif {
namespace {

// Letters of the invented names, as mail addresses spell them.
constexpr std::pair<std::string_view, std::string_view> kSpellings[] = {
    {"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"ß", "ss"}, {"ø", "oe"}, {"æ", "ae"}, {"å", "aa"},
    {"é", "e"},  {"è", "e"},  {"ê", "e"},  {"ë", "e"},  {"ě", "e"},  {"ę", "e"},  {"á", "a"},
    {"à", "a"},  {"â", "a"},  {"ã", "a"},  {"ą", "a"},  {"í", "i"},  {"î", "i"},  {"ï", "i"},
    {"ı", "i"},  {"ó", "o"},  {"ô", "o"},  {"õ", "o"},  {"ú", "u"},  {"û", "u"},  {"ů", "u"},
    {"ý", "y"},  {"ñ", "n"},  {"ń", "n"},  {"ň", "n"},  {"ç", "c"},  {"č", "c"},  {"ć", "c"},
    {"ś", "s"},  {"š", "s"},  {"ş", "s"},  {"ż", "z"},  {"ź", "z"},  {"ž", "z"},  {"ř", "r"},
    {"ł", "l"},  {"ğ", "g"},  {"ť", "t"},  {"ď", "d"},  {"i̇", "i"},
};

}  // namespace

std::uint64_t mixBits(std::uint64_t value) {  // splitmix64
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

std::string asciiName(std::string_view text) {
  const std::string folded = foldCase(text);
  std::string out;
  for (std::size_t i = 0; i < folded.size();) {
    const char c = folded[i];
    if (static_cast<unsigned char>(c) < 0x80) {
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
      ++i;
      continue;
    }
    std::size_t length = 2;  // all others of ours are two octets, or dropped as a whole
    for (const auto& [letter, spelling] : kSpellings) {
      if (std::string_view(folded).substr(i).starts_with(letter)) {
        out += spelling;
        length = letter.size();
        break;
      }
    }
    i += length;
  }
  return out;
}

std::string inventedGuid(std::uint64_t seed, std::uint64_t kind, std::uint64_t number) {
  std::string bytes;
  std::uint64_t bits = mixBits(mixBits(seed) ^ (kind << 56) ^ number);
  for (int half = 0; half < 2; ++half, bits = mixBits(bits)) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      bytes += static_cast<char>((bits >> shift) & 0xFF);
  }
  return bytes;
}

std::string inventedSid(std::uint64_t seed, std::uint64_t rid) {
  const std::uint64_t bits = mixBits(seed ^ 0x51D);
  const std::string text = fmt::format(
      "S-1-5-21-{}-{}-{}-{}", bits & 0x7FFFFFFF, bits >> 33, mixBits(bits) & 0x7FFFFFFF, rid);
  return directory::Sid::parse(text)->bytes();
}

std::string inventedTime(std::uint64_t number) {
  const std::uint64_t bits = mixBits(number ^ 0x71);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}.0Z",
                     2012 + bits % 13,
                     1 + (bits >> 8) % 12,
                     1 + (bits >> 16) % 28,
                     (bits >> 24) % 24,
                     (bits >> 32) % 60,
                     (bits >> 40) % 60);
}

EntryText::EntryText(const ForestPlan& plan, std::string dn) : plan_(plan), dn_(std::move(dn)) {
  text_.reserve(2048);
  appendLdifLine(text_, "dn", dn_);
}

EntryText& EntryText::add(std::string_view name, std::string_view value) {
  appendLdifLine(text_, name, value);
  return *this;
}

EntryText& EntryText::addIf(bool condition, std::string_view name, std::string_view value) {
  return condition ? add(name, value) : *this;
}

EntryText& EntryText::objectClasses(std::string_view blank_separated) {
  for (const std::string& name : split(blank_separated, ' '))
    add("objectClass", name);
  return *this;
}

EntryText& EntryText::operational(ForestKind kind, std::uint64_t number) {
  if (plan_.for_loading) return *this;
  const std::string guid = inventedGuid(plan_.seed, kind, number);
  if (plan_.flavour == ForestFlavour::kOpenLdap) {
    return add("entryUUID", directory::Guid::fromBytes(guid)->toBigEndianText());
  }
  add("distinguishedName", dn_).add("objectGUID", guid).add("instanceType", "4");
  add("whenCreated", inventedTime(number)).add("whenChanged", "20250110120000.0Z");
  const std::uint64_t usn = 10000 + number * 5 + kind;
  return add("uSNCreated", fmt::format("{}", usn)).add("uSNChanged", fmt::format("{}", usn + 2));
}

std::string EntryText::finish() {
  text_ += '\n';
  return std::move(text_);
}

}  // namespace tandem::connectors::ldif
