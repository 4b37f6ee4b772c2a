// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldif/ldif_parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::connectors::ldif {
namespace {

constexpr std::size_t kLineBytesMax = 64U << 20;  // far above a photograph or a CRL

bool startsWithWord(std::string_view line, std::string_view word) {
  return line.size() > word.size() && line[word.size()] == ':' &&
         equalsIgnoreCaseAscii(line.substr(0, word.size()), word);
}

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == ';' || c == '_' || c == '=';
}

// RFC 2849, note 8: what cannot stand as it is.
bool needsBase64(std::string_view value) {
  if (value.empty()) return false;
  if (value.front() == ' ' || value.front() == ':' || value.front() == '<') return true;
  if (value.back() == ' ') return true;
  return std::any_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || c == '\0' || c == '\n' || c == '\r';
  });
}

}  // namespace

LdifRecord::Line LdifRecord::at(std::size_t index) const {
  const Span& span = spans_[index];
  const std::string_view bytes = bytes_;
  return {bytes.substr(span.name, span.name_length), bytes.substr(span.value, span.value_length)};
}

void LdifRecord::clear() {
  dn_.clear();
  bytes_.clear();
  spans_.clear();
}

Error LdifParser::fail(std::string_view what) const {
  return Error(ErrorCode::kInvalidArgument, fmt::format("{}:{}: {}", name_, line_number_, what));
}

bool LdifParser::readPhysical() {
  has_next_ = static_cast<bool>(std::getline(in_, next_));
  if (!has_next_) return false;
  ++next_number_;
  if (next_number_ == 1 && next_.starts_with("\xEF\xBB\xBF")) next_.erase(0, 3);
  if (next_.ends_with('\r')) next_.pop_back();
  return true;
}

bool LdifParser::readLogical() {
  for (;;) {
    if (!has_next_ && !readPhysical()) return false;
    line_.swap(next_);
    line_number_ = next_number_;
    while (readPhysical() && next_.starts_with(' ') && line_.size() < kLineBytesMax)
      line_.append(next_, 1);
    if (!line_.starts_with('#')) return true;
  }
}

Result<bool> LdifParser::skipToRecord() {
  while (readLogical()) {
    if (line_.empty()) continue;
    if (startsWithWord(line_, "dn")) return true;
    if (line_number_ == 1 && (line_.starts_with("\xFF\xFE") || line_.starts_with("\xFE\xFF"))) {
      return fail("this file is UTF-16: write it again as UTF-8 (ldifde without -u)");
    }
    const bool is_noise = startsWithWord(line_, "version") || startsWithWord(line_, "search") ||
                          startsWithWord(line_, "result") || startsWithWord(line_, "ref");
    if (!is_noise) return fail("expected \"dn:\" at the start of an entry");
    if (startsWithWord(line_, "version") && trimAscii(line_.substr(8)) != "1") {
      return fail("only version 1 of LDIF is known (RFC 2849)");
    }
  }
  return false;
}

Result<void> LdifParser::decode(std::string_view rest, std::string& value) const {
  // rest starts behind the first colon.
  const bool base64 = rest.starts_with(':');
  if (rest.starts_with('<')) {
    return fail("a value by URL (\":<\") is not read: put the value into the file");
  }
  if (base64) rest.remove_prefix(1);
  while (rest.starts_with(' '))
    rest.remove_prefix(1);
  if (!base64) {
    value = rest;
    return {};
  }
  std::optional<std::string> bytes = fromBase64(trimAscii(rest));
  if (!bytes) return fail("the value is not base64");
  value = *std::move(bytes);
  return {};
}

Result<void> LdifParser::readDn(LdifRecord& record) {
  record.clear();
  record.line_ = line_number_;
  TRY(decode(std::string_view(line_).substr(3), record.dn_));
  if (!isValidUtf8(record.dn_)) return fail("the DN is not UTF-8");
  return {};
}

Result<void> LdifParser::readAttribute(LdifRecord& record) {
  const std::size_t colon = line_.find(':');
  if (colon == std::string::npos || colon == 0) return fail("expected \"attribute: value\"");
  std::string_view name = std::string_view(line_).substr(0, colon);
  if (name.front() == ';' || !std::all_of(name.begin(), name.end(), isNameCharacter)) {
    return fail("an attribute's name holds a character that is not allowed (RFC 4512)");
  }
  if (name.ends_with(";binary")) name.remove_suffix(7);
  const bool is_change =
      equalsIgnoreCaseAscii(name, "changetype") || equalsIgnoreCaseAscii(name, "control");
  if (record.spans_.empty() && is_change) {
    return fail(
        "this is a change record (changetype): an import needs the entries themselves; export "
        "them, for example with ldapsearch -LLL or ldifde -f");
  }
  if (equalsIgnoreCaseAscii(name, "dn")) {
    return fail("a second \"dn:\" in one entry: an empty line is missing above it");
  }
  TRY(decode(std::string_view(line_).substr(colon + 1), value_));
  const std::size_t at = record.bytes_.size();
  record.bytes_.append(name).append(value_);
  record.spans_.push_back({at, name.size(), at + name.size(), value_.size()});
  return {};
}

Result<bool> LdifParser::next(LdifRecord& record) {
  if (!TRY(skipToRecord())) {
    if (in_.bad()) {
      return Error(ErrorCode::kUnavailable, fmt::format("{}: cannot be read to its end", name_));
    }
    return false;
  }
  TRY(readDn(record));
  while (readLogical() && !line_.empty()) {
    if (line_.size() >= kLineBytesMax) return fail("a value of more than 64 MiB");
    TRY(readAttribute(record));
  }
  return true;
}

void appendLdifLine(std::string& out, std::string_view name, std::string_view value) {
  out.append(name);
  if (needsBase64(value)) {
    out.append(":: ").append(toBase64(value));
  } else {
    out.append(": ").append(value);
  }
  out += '\n';
}

}  // namespace tandem::connectors::ldif
