// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"
#include "directory/guid.h"
#include "directory/sid.h"
#include "expression/function.h"
#include "expression/functions/digest.h"

namespace tandem::expression {
namespace {

constexpr Parameter kText{"text", types::kString};
constexpr Parameter kBytes{"bytes", types::kBinary};

Value fromScratch(Workspace& work) {
  return work.keep(work.scratch);
}

Value toBoolean(std::span<const Value> arguments, Workspace& work) {
  const Value& value = arguments[0];
  if (value.kind != Kind::kString) return Value::boolean(value.number != 0);
  if (equalsIgnoreCaseAscii(value.view(), "True")) return Value::boolean(true);
  if (equalsIgnoreCaseAscii(value.view(), "False")) return Value::boolean(false);
  const auto number = parseInteger(trimAscii(value.view()));
  if (!number) return work.fail("CBool: this text is neither True, False nor a number");
  return Value::boolean(*number != 0);
}

// Binary numbers are little-endian, as in the key material that the shipped rules take apart.
Value toNumber(std::span<const Value> arguments, Workspace& work) {
  const Value& value = arguments[0];
  if (value.kind == Kind::kInteger || value.kind == Kind::kBoolean) {
    return Value::integer(value.number);
  }
  if (value.kind == Kind::kBinary) {
    if (value.size > 8) return work.fail("CNum: more than 8 octets are no number");
    std::uint64_t number = 0;
    for (std::uint32_t i = value.size; i-- > 0;)
      number = number << 8 | static_cast<unsigned char>(value.bytes[i]);
    return Value::integer(static_cast<std::int64_t>(number));
  }
  const auto number = parseInteger(trimAscii(value.view()));
  if (!number) return work.fail("CNum: this text is no whole number");
  return Value::integer(*number);
}

Value toBytes(std::span<const Value> arguments, Workspace& work) {
  const std::int64_t size = arguments[1].number;
  if (size < 1 || size > 8) return work.fail("CBin: the size is 1 to 8 octets");
  char* const bytes = work.arena.allocate(static_cast<std::size_t>(size));
  auto number = static_cast<std::uint64_t>(arguments[0].number);
  for (std::int64_t i = 0; i < size; ++i, number >>= 8)
    bytes[i] = static_cast<char>(number & 0xFF);
  return Value::text({bytes, static_cast<std::size_t>(size)}, Kind::kBinary);
}

Value toReference(std::span<const Value> arguments, Workspace& /*work*/) {
  if (arguments[0].size == 0) return Value::null();
  return Value::text(arguments[0].view(), Kind::kReference);
}

Value toString(std::span<const Value> arguments, Workspace& work) {
  const Value& value = arguments[0];
  switch (value.kind) {
    case Kind::kInteger: {
      const fmt::format_int digits(value.number);
      return Value::text(work.arena.copy({digits.data(), digits.size()}));
    }
    case Kind::kBoolean:
      return Value::text(value.number != 0 ? "True" : "False");
    case Kind::kString:
    case Kind::kReference:
      return Value::text(value.view());
    case Kind::kBinary:
      return work.fail("CStr: octets are no text; use ConvertToBase64() or StringFromGuid()");
    case Kind::kNull:
    case Kind::kAuthoritativeNull:
    case Kind::kIgnoreThisFlow:
    case Kind::kError:
    case Kind::kDateTime:
    case Kind::kLink:
      break;
  }
  return work.fail("CStr: write the date-time as text with FormatDateTime()");
}

Value toGuid(std::span<const Value> arguments, Workspace& work) {
  const auto guid = directory::Guid::parseActiveDirectory(arguments[0].view());
  if (!guid) return work.fail("CGuid: this text is no GUID");
  return Value::text(work.arena.copy(guid->bytes()), Kind::kBinary);
}

Value stringFromGuid(std::span<const Value> arguments, Workspace& work) {
  const auto guid = directory::Guid::fromBytes(arguments[0].view());
  if (!guid) return work.fail("StringFromGuid: a GUID has 16 octets");
  return Value::text(work.arena.copy(guid->toActiveDirectoryText()));
}

// As Sid::toText() does, but into the arena: it runs for each user of a full synchronization.
Value stringFromSid(std::span<const Value> arguments, Workspace& work) {
  const std::string_view sid = arguments[0].view();
  const auto byte = [&](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(sid[i])};
  };
  if (sid.size() < 8 || sid.size() != 8 + byte(1) * 4) {
    return work.fail("StringFromSid: this is no security identifier");
  }
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < 8; ++i)
    authority = authority << 8 | byte(i);
  work.scratch.clear();
  fmt::format_to(std::back_inserter(work.scratch), FMT_STRING("S-{}-{}"), byte(0), authority);
  for (std::size_t i = 8; i < sid.size(); i += 4) {
    const fmt::format_int part(byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24);
    work.scratch += '-';
    work.scratch.append(part.data(), part.size());
  }
  return fromScratch(work);
}

Value toBase64Text(std::span<const Value> arguments, Workspace& work) {
  const Value& value = arguments[0];
  work.scratch.clear();
  if (value.kind == Kind::kBinary) {
    appendBase64(work.scratch, value.view());
  } else {
    appendBase64(work.scratch, utf8ToUtf16Le(value.view()));
  }
  return fromScratch(work);
}

Value fromBase64Text(std::span<const Value> arguments, Workspace& work) {
  const auto bytes = fromBase64(arguments[0].view());
  if (!bytes) return work.fail("ConvertFromBase64: this text is not base64");
  const std::int64_t encoding = arguments.size() > 1 ? arguments[1].number : 0;
  std::string text = encoding == 0 ? utf16LeToUtf8(*bytes) : *bytes;
  if (!isValidUtf8(text)) return work.fail("ConvertFromBase64: the octets are no text");
  return work.keep(text);
}

Value toUtf8Hex(std::span<const Value> arguments, Workspace& work) {
  work.scratch.clear();
  appendHexUpper(work.scratch, arguments[0].view());
  return fromScratch(work);
}

Value fromUtf8Hex(std::span<const Value> arguments, Workspace& work) {
  const auto bytes = fromHex(arguments[0].view());
  if (!bytes || !isValidUtf8(*bytes)) {
    return work.fail("ConvertFromUTF8Hex: this is not UTF-8 text in hex digits");
  }
  return Value::text(work.arena.copy(*bytes));
}

Value thumbprint(std::span<const Value> arguments, Workspace& work) {
  return Value::text(work.arena.copy(sha256(arguments[0].view())), Kind::kBinary);
}

const Function kFunctions[] = {
    {.name = "CBin",
     .signature = "bin CBin(num value, num size)",
     .summary = "The number as this many octets, the lowest first.",
     .parameters = {Parameter{"value", types::kInteger}, Parameter{"size", types::kInteger}},
     .required = 2,
     .allowed = 2,
     .returns = types::kBinary,
     .evaluate = toBytes},
    {.name = "CBool",
     .signature = "bool CBool(var value)",
     .summary = "True for True, a number other than 0 and the text \"True\"; NULL stays NULL.",
     .parameters = {Parameter{"value", types::kBoolean | types::kInteger | types::kString}},
     .required = 1,
     .allowed = 1,
     .returns = types::kBoolean,
     .evaluate = toBoolean},
    {.name = "CGuid",
     .signature = "bin CGuid(str text)",
     .summary = "The 16 octets of a GUID, in Active Directory's order; braces are allowed.",
     .parameters = {kText},
     .required = 1,
     .allowed = 1,
     .returns = types::kBinary,
     .evaluate = toGuid},
    {.name = "CNum",
     .signature = "num CNum(var value)",
     .summary = "Text, or up to 8 octets with the lowest first, to a number.",
     .parameters = {Parameter{"value",
                              types::kString | types::kInteger | types::kBoolean | types::kBinary}},
     .required = 1,
     .allowed = 1,
     .returns = types::kInteger,
     .evaluate = toNumber},
    {.name = "CRef",
     .signature = "ref CRef(str text)",
     .summary = "Text to a reference (a distinguished name).",
     .parameters = {Parameter{"text", types::kString | types::kReference}},
     .required = 1,
     .allowed = 1,
     .returns = types::kReference,
     .evaluate = toReference},
    {.name = "CStr",
     .signature = "str CStr(var value)",
     .summary = "A number, boolean or reference to text.",
     .parameters = {Parameter{"value", types::kAny.without(types::kLink)}},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = toString},
    {.name = "ConvertFromBase64",
     .signature = "str ConvertFromBase64(str text[, enum encoding])",
     .summary = "Base64 to the text in it, which is encoded as Unicode (UTF-16, the default), "
                "ASCII or UTF8.",
     .parameters = {kText, Parameter{"encoding", types::kInteger}},
     .required = 1,
     .allowed = 2,
     .returns = types::kString,
     .evaluate = fromBase64Text},
    {.name = "ConvertFromUTF8Hex",
     .signature = "str ConvertFromUTF8Hex(str text)",
     .summary = "Hex digits to the UTF-8 text that they write.",
     .parameters = {kText},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = fromUtf8Hex},
    {.name = "ConvertToBase64",
     .signature = "str ConvertToBase64(str or bin value)",
     .summary = "Octets to base64; of a text, its UTF-16 octets (lowest first).",
     .parameters = {Parameter{"value", types::kString | types::kBinary}},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = toBase64Text},
    {.name = "ConvertToUTF8Hex",
     .signature = "str ConvertToUTF8Hex(str text)",
     .summary = "The UTF-8 octets of a text in hex digits.",
     .parameters = {kText},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = toUtf8Hex},
    {.name = "StringFromGuid",
     .signature = "str StringFromGuid(bin guid)",
     .summary = "The text form of a GUID as Active Directory stores it.",
     .parameters = {kBytes},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = stringFromGuid},
    {.name = "StringFromSid",
     .signature = "str StringFromSid(bin sid)",
     .summary = "The text form of a security identifier: S-1-5-21-…",
     .parameters = {kBytes},
     .required = 1,
     .allowed = 1,
     .returns = types::kString,
     .evaluate = stringFromSid},
    {.name = "Thumbprint",
     .signature = "bin Thumbprint(bin bytes)",
     .summary = "The SHA-256 hash, as device keys use it.",
     .parameters = {kBytes},
     .required = 1,
     .allowed = 1,
     .returns = types::kBinary,
     .evaluate = thumbprint},
};

}  // namespace

std::span<const Function> conversionFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
