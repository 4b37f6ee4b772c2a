// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/object_writer.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "directory/delta.h"
#include "directory/sid.h"
#include "platform/signing.h"

namespace tandem::connectors::graph {
namespace {

using directory::AttributeId;
using directory::AttributeView;
using directory::findAttribute;
using directory::RecordReader;
using directory::ValuesView;

std::string_view textOfAttribute(std::string_view record, AttributeId id) {
  const std::optional<ValuesView> values = findAttribute(record, id);
  return values && !values->isEmpty() ? values->front() : std::string_view();
}

std::size_t countCharacters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool isAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

}  // namespace

bool ObjectWriter::hasWork(Kind kind, std::string_view record) const {
  RecordReader reader(record);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    const AttributeRow* row = map_.find(kind, attribute->id);
    if (row == nullptr || !map_.canWrite(kind, *row) || row->shape == Shape::kAnchor) continue;
    if (!attribute->values.isEmpty() || row->clearable) return true;
  }
  return false;
}

void ObjectWriter::write(Kind kind,
                         std::string_view record,
                         std::string_view known,
                         WriteOptions options,
                         JsonText& out) {
  bool extensions = false;
  bool phones = false;
  bool addresses = false;
  out.beginObject();
  if (options.with_anchor) writeAnchor(kind, record, out);
  RecordReader reader(record);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    const AttributeRow* row = map_.find(kind, attribute->id);
    if (row == nullptr || !map_.canWrite(kind, *row)) continue;
    extensions = extensions || row->shape == Shape::kExtension;
    phones = phones || row->shape == Shape::kPhone;
    addresses = addresses || row->shape == Shape::kAddress;
    writeRow(*row, attribute->values, out);
  }
  if (extensions) writeExtensions(record, out);
  if (phones || addresses) {
    const std::string image = directory::applyDelta(known, record);
    if (phones) writePhones(image, out);
    if (addresses) writeAddresses(image, out);
  }
  if (options.with_required) writeRequired(kind, record, options.with_password, out);
  out.endObject();
}

void ObjectWriter::writeRow(const AttributeRow& row,
                            const ValuesView& values,
                            JsonText& out) const {
  switch (row.shape) {
    case Shape::kText:
    case Shape::kSid:
    case Shape::kBoolean:
      if (values.isEmpty()) {
        if (row.clearable) out.key(row.property).null();
      } else if (row.shape == Shape::kBoolean) {
        out.key(row.property).boolean(directory::decodeBoolean(values.front()));
      } else if (row.shape == Shape::kSid && values.type() == directory::ValueType::kBinary) {
        const std::optional<directory::Sid> sid = directory::Sid::fromBytes(values.front());
        if (sid) out.key(row.property).string(sid->toText());
      } else {
        out.key(row.property).string(values.front());
      }
      return;
    case Shape::kTextList:
    case Shape::kFirstOfList:
      out.key(row.property).beginArray();
      for (const std::string_view value : values) {
        out.string(value);
        if (row.shape == Shape::kFirstOfList) break;
      }
      out.endArray();
      return;
    case Shape::kExtension:
    case Shape::kPhone:
    case Shape::kAddress:
    case Shape::kAnchor:
    case Shape::kComputed:
    case Shape::kReference:
    case Shape::kNoPlace:
      return;  // written together, elsewhere or not at all
  }
}

void ObjectWriter::writeExtensions(std::string_view record, JsonText& out) const {
  out.key("onPremisesExtensionAttributes").beginObject();
  RecordReader reader(record);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    const AttributeRow* row = map_.find(Kind::kUser, attribute->id);
    if (row == nullptr || row->shape != Shape::kExtension) continue;
    out.key(row->property);
    if (attribute->values.isEmpty()) {
      out.null();
    } else {
      out.string(attribute->values.front());
    }
  }
  out.endObject();
}

void ObjectWriter::writePhones(std::string_view image, JsonText& out) const {
  out.key("phones").beginArray();
  RecordReader reader(image);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    const AttributeRow* row = map_.find(Kind::kContact, attribute->id);
    if (row == nullptr || row->shape != Shape::kPhone || attribute->values.isEmpty()) continue;
    out.beginObject().key("type").string(row->property).key("number");
    out.string(attribute->values.front()).endObject();
  }
  out.endArray();
}

void ObjectWriter::writeAddresses(std::string_view image, JsonText& out) const {
  out.key("addresses").beginArray();
  bool open = false;
  RecordReader reader(image);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    const AttributeRow* row = map_.find(Kind::kContact, attribute->id);
    if (row == nullptr || row->shape != Shape::kAddress || attribute->values.isEmpty()) continue;
    if (!open) out.beginObject();
    open = true;
    out.key(row->property).string(attribute->values.front());
  }
  if (open) out.endObject();
  out.endArray();
}

void ObjectWriter::writeAnchor(Kind kind, std::string_view record, JsonText& out) const {
  const std::string_view anchor = textOfAttribute(record, map_.source_anchor);
  if (anchor.empty()) return;
  // A group's uniqueName is its key in the URL; tandem-tenant keeps the anchor too.
  if (kind == Kind::kGroup && map_.profile() != GraphProfile::kSync) return;
  out.key("onPremisesImmutableId").string(anchor);
}

void ObjectWriter::writeRequired(Kind kind,
                                 std::string_view record,
                                 bool with_password,
                                 JsonText& out) {
  const std::string_view anchor = textOfAttribute(record, map_.source_anchor);
  if (map_.profile() == GraphProfile::kSync) out.key("onPremisesSyncEnabled").boolean(true);
  if (!findAttribute(record, map_.alias)) {
    const std::string_view upn = textOfAttribute(record, map_.user_principal_name);
    const std::string_view base =
        upn.empty() ? textOfAttribute(record, map_.display_name) : upn.substr(0, upn.find('@'));
    out.key("mailNickname").string(makeNickname(base, anchor));
  }
  if (!findAttribute(record, map_.display_name)) {
    const std::string_view upn = textOfAttribute(record, map_.user_principal_name);
    out.key("displayName").string(upn.empty() ? anchor : upn.substr(0, upn.find('@')));
  }
  if (kind == Kind::kUser) {
    if (!findAttribute(record, map_.account_enabled)) out.key("accountEnabled").boolean(false);
    if (with_password) {
      out.key("passwordProfile").beginObject().key("forceChangePasswordNextSignIn").boolean(true);
      out.key("password").string(passwords_.make()).endObject();
    }
  }
  if (kind == Kind::kGroup) {
    if (!findAttribute(record, map_.security_enabled)) out.key("securityEnabled").boolean(true);
    // Public Graph makes no mail-enabled security group or distribution list, only Exchange does.
    const bool mail_enabled = map_.profile() == GraphProfile::kSync &&
                              (!textOfAttribute(record, map_.mail).empty() ||
                               !textOfAttribute(record, map_.proxy_addresses).empty());
    out.key("mailEnabled").boolean(mail_enabled).key("groupTypes").beginArray().endArray();
  }
}

std::optional<RecordProblem> findProblem(const AttributeMap& map,
                                         Kind kind,
                                         std::string_view record,
                                         bool is_add) {
  if (is_add && textOfAttribute(record, map.source_anchor).empty()) {
    return RecordProblem{"missing-anchor-component",
                         "it has no sourceAnchor, without which it could not be recognised again: "
                         "look at the outbound rule that sets it"};
  }
  if (is_add && kind == Kind::kUser && textOfAttribute(record, map.user_principal_name).empty()) {
    return RecordProblem{"missing-provisioning-attribute",
                         "it has no userPrincipalName: look at the outbound rule that sets it"};
  }
  RecordReader reader(record);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    const AttributeRow* row = map.find(kind, attribute->id);
    if (row == nullptr || !map.canWrite(kind, *row)) continue;
    if (valueTypeOf(*row) != directory::ValueType::kString) continue;
    for (const std::string_view value : attribute->values) {
      if (!isAscii(value) && !isValidUtf8(value)) {
        return RecordProblem{"IdentityDataValidationFailed",
                             fmt::format("{} is not text in UTF-8: correct it in the source "
                                         "directory",
                                         row->attribute)};
      }
      if (row->length_max > 0 && value.size() > row->length_max &&
          countCharacters(value) > row->length_max) {
        return RecordProblem{"ExceededAllowedLength",
                             fmt::format("{} has {} characters and the tenant takes {}: shorten it "
                                         "in the source directory",
                                         row->attribute,
                                         countCharacters(value),
                                         row->length_max)};
      }
    }
  }
  return std::nullopt;
}

std::string PasswordMaker::make() {
  constexpr std::string_view kClasses[] = {
      "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!#%*+-=?@_"};
  constexpr std::size_t kLength = 32;
  constexpr std::size_t kAtOnce = 128;  // passwords
  if (random_.size() < kLength) random_ = platform::randomBytes(kLength * kAtOnce);
  const std::string random = random_.substr(random_.size() - kLength);
  random_.resize(random_.size() - kLength);
  std::string password;
  password.reserve(kLength);
  for (std::size_t i = 0; i < kLength; ++i) {
    const std::string_view letters = kClasses[i % std::size(kClasses)];
    password += letters[static_cast<unsigned char>(random[i]) % letters.size()];
  }
  return password;
}

std::string makeNickname(std::string_view text, std::string_view source_anchor) {
  constexpr std::size_t kLengthMax = 64;
  std::string nickname;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !nickname.empty());
    if (plain && nickname.size() < kLengthMax) nickname += c;
  }
  return nickname.empty() ? toHex(source_anchor).substr(0, kLengthMax) : nickname;
}

}  // namespace tandem::connectors::graph
