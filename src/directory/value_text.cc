// SPDX-License-Identifier: Apache-2.0
#include "directory/value_text.h"

#include "base/bytes.h"
#include "base/text.h"
#include "directory/guid.h"
#include "directory/sid.h"

namespace tandem::directory {
namespace {

bool isEntryUuid(std::string_view attribute) {
  return equalsIgnoreCaseAscii(attribute, "entryUUID");
}

bool isGuid(std::string_view attribute) {
  return equalsIgnoreCaseAscii(attribute, "objectGUID") ||
         equalsIgnoreCaseAscii(attribute, "mS-DS-ConsistencyGuid") || isEntryUuid(attribute);
}

std::optional<std::string> parseOctets(std::string_view attribute, std::string_view text) {
  constexpr std::string_view kBase64 = "base64:";
  if (text.starts_with(kBase64)) return fromBase64(text.substr(kBase64.size()));
  const auto guid =
      isEntryUuid(attribute) ? Guid::parseBigEndian(text) : Guid::parseActiveDirectory(text);
  if (guid) return std::string(guid->bytes());
  if (const auto sid = Sid::parse(text)) return sid->bytes();
  return fromHex(text);
}

}  // namespace

std::string valueText(std::string_view attribute, ValueType type, std::string_view bytes) {
  if (type != ValueType::kBinary) return toDisplayText(type, bytes);
  if (equalsIgnoreCaseAscii(attribute, "objectSid")) {
    if (const auto sid = Sid::fromBytes(bytes)) return sid->toText();
  }
  if (isGuid(attribute)) {
    if (const auto guid = Guid::fromBytes(bytes)) {
      return isEntryUuid(attribute) ? guid->toBigEndianText() : guid->toActiveDirectoryText();
    }
  }
  return toHex(bytes);
}

std::optional<std::string> parseValueText(std::string_view attribute,
                                          ValueType type,
                                          std::string_view text) {
  switch (type) {
    case ValueType::kInteger: {
      const auto number = parseInteger(text);
      return number ? std::optional(encodeInteger(*number)) : std::nullopt;
    }
    case ValueType::kBoolean:
      if (equalsIgnoreCaseAscii(text, "true")) return std::string(encodeBoolean(true));
      if (equalsIgnoreCaseAscii(text, "false")) return std::string(encodeBoolean(false));
      return std::nullopt;
    case ValueType::kBinary:
      return parseOctets(attribute, text);
    case ValueType::kReference:
    case ValueType::kString:
      return std::string(text);
  }
  return std::nullopt;
}

}  // namespace tandem::directory
