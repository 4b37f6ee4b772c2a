// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/controls.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/ldap/ber.h"

namespace tandem::connectors::ldap {
namespace {

constexpr std::uint8_t kContext0 = 0x80;             // newcookie
constexpr std::uint8_t kContextConstructed1 = 0xA1;  // refreshDelete
constexpr std::uint8_t kContextConstructed2 = 0xA2;  // refreshPresent
constexpr std::uint8_t kContextConstructed3 = 0xA3;  // syncIdSet
constexpr std::size_t kUuidSize = 16;

}  // namespace

const Control* findControl(const std::vector<Control>& controls, std::string_view oid) {
  const auto found = std::find_if(
      controls.begin(), controls.end(), [&](const Control& control) { return control.oid == oid; });
  return found == controls.end() ? nullptr : &*found;
}

Control pagedControl(std::uint32_t size, std::string_view cookie) {
  return {
      std::string(kPagedOid), true, berElement(kBerSequence, berInteger(size) + berOctets(cookie))};
}

std::optional<std::string> readPagedCookie(std::string_view value) {
  BerReader outer(value);
  const auto content = outer.take(kBerSequence);
  if (!content) return std::nullopt;
  BerReader reader(*content);
  if (!reader.takeInteger()) return std::nullopt;
  const auto cookie = reader.take(kBerOctets);
  if (!cookie) return std::nullopt;
  return std::string(*cookie);
}

Control dirSyncControl(std::uint32_t flags, std::string_view cookie) {
  // The flags are a 32-bit integer whose top bit is INCREMENTAL_VALUES: a negative number.
  const auto signed_flags = static_cast<std::int32_t>(flags);
  return {std::string(kDirSyncOid),
          true,
          berElement(kBerSequence, berInteger(signed_flags) + berInteger(0) + berOctets(cookie))};
}

std::optional<DirSyncAnswer> readDirSyncAnswer(std::string_view value) {
  BerReader outer(value);
  const auto content = outer.take(kBerSequence);
  if (!content) return std::nullopt;
  BerReader reader(*content);
  const auto more = reader.takeInteger();
  const auto unused = reader.takeInteger();
  const auto cookie = reader.take(kBerOctets);
  if (!more || !unused || !cookie) return std::nullopt;
  return DirSyncAnswer{*more != 0, std::string(*cookie)};
}

Control extendedDnControl() {
  return {std::string(kExtendedDnOid), true, berElement(kBerSequence, berInteger(1))};
}

Control showDeletedControl() {
  return {std::string(kShowDeletedOid), true, ""};
}

Control showRecycledControl() {
  return {std::string(kShowRecycledOid), false, ""};
}

Control syncRequestControl(std::string_view cookie) {
  std::string content = berInteger(1, kBerEnumerated);
  if (!cookie.empty()) content += berOctets(cookie);
  return {std::string(kSyncRequestOid), true, berElement(kBerSequence, content)};
}

std::optional<SyncStateValue> readSyncState(std::string_view value) {
  BerReader outer(value);
  const auto content = outer.take(kBerSequence);
  if (!content) return std::nullopt;
  BerReader reader(*content);
  const auto state = reader.takeInteger(kBerEnumerated);
  const auto uuid = reader.take(kBerOctets);
  if (!state || *state < 0 || *state > 3 || !uuid || uuid->size() != kUuidSize) {
    return std::nullopt;
  }
  return SyncStateValue{static_cast<SyncState>(*state), std::string(*uuid)};
}

std::optional<SyncDoneValue> readSyncDone(std::string_view value) {
  SyncDoneValue done;
  if (value.empty()) return done;
  BerReader outer(value);
  const auto content = outer.take(kBerSequence);
  if (!content) return std::nullopt;
  BerReader reader(*content);
  if (const auto cookie = reader.take(kBerOctets)) done.cookie = *cookie;
  if (const auto deletes = reader.takeBoolean()) done.refresh_deletes = *deletes;
  if (!reader.isEmpty()) return std::nullopt;
  return done;
}

std::optional<SyncInfoValue> readSyncInfo(std::string_view value) {
  BerReader outer(value);
  SyncInfoValue info;
  if (outer.take(kContext0) || outer.take(kContextConstructed1) ||
      outer.take(kContextConstructed2)) {
    return info;
  }
  const auto content = outer.take(kContextConstructed3);
  if (!content) return std::nullopt;
  BerReader reader(*content);
  static_cast<void>(reader.take(kBerOctets));  // a cookie in between: the one at the end is kept
  if (const auto deletes = reader.takeBoolean()) info.refresh_deletes = *deletes;
  const auto set = reader.take(kBerSet);
  if (!set) return std::nullopt;
  BerReader ids(*set);
  while (!ids.isEmpty()) {
    const auto uuid = ids.take(kBerOctets);
    if (!uuid || uuid->size() != kUuidSize) return std::nullopt;
    info.entry_uuids.emplace_back(*uuid);
  }
  return info;
}

AttributeName splitRange(std::string_view attribute) {
  AttributeName result;
  result.name = attribute;
  const std::size_t option = attribute.find(';');
  if (option == std::string_view::npos) return result;
  const std::string_view range = attribute.substr(option + 1);
  constexpr std::string_view kPrefix = "range=";
  if (range.size() < kPrefix.size() + 3 ||
      !equalsIgnoreCaseAscii(range.substr(0, kPrefix.size()), kPrefix)) {
    if (equalsIgnoreCaseAscii(range, "binary")) result.name = attribute.substr(0, option);
    return result;  // another option makes another attribute (RFC 4512, 2.5)
  }
  const std::string_view bounds = range.substr(kPrefix.size());
  const std::size_t dash = bounds.find('-');
  if (dash == std::string_view::npos) return result;
  const auto first = parseInteger(bounds.substr(0, dash));
  const std::string_view end = bounds.substr(dash + 1);
  const auto last = parseInteger(end);
  constexpr std::int64_t kMost = 0xFFFFFFFE;
  if (!first || *first < 0 || *first > kMost ||
      (end != "*" && (!last || *last < *first || *last > kMost))) {
    return result;
  }
  result.name = attribute.substr(0, option);
  result.has_range = true;
  result.first = static_cast<std::uint32_t>(*first);
  if (end != "*") result.last = static_cast<std::uint32_t>(*last);
  return result;
}

}  // namespace tandem::connectors::ldap
