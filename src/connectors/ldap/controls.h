// SPDX-License-Identifier: Apache-2.0
//
// The controls that an import sends, and what comes back in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::connectors::ldap {

struct Control {
  std::string oid;
  bool critical = false;
  std::string value;
};

inline constexpr std::string_view kPagedOid = "1.2.840.113556.1.4.319";          // RFC 2696
inline constexpr std::string_view kDirSyncOid = "1.2.840.113556.1.4.841";        // [MS-ADTS]
inline constexpr std::string_view kExtendedDnOid = "1.2.840.113556.1.4.529";     // [MS-ADTS]
inline constexpr std::string_view kShowDeletedOid = "1.2.840.113556.1.4.417";    // [MS-ADTS]
inline constexpr std::string_view kShowRecycledOid = "1.2.840.113556.1.4.2064";  // [MS-ADTS]
inline constexpr std::string_view kSyncRequestOid = "1.3.6.1.4.1.4203.1.9.1.1";  // RFC 4533
inline constexpr std::string_view kSyncStateOid = "1.3.6.1.4.1.4203.1.9.1.2";
inline constexpr std::string_view kSyncDoneOid = "1.3.6.1.4.1.4203.1.9.1.3";
inline constexpr std::string_view kSyncInfoOid = "1.3.6.1.4.1.4203.1.9.1.4";

const Control* findControl(const std::vector<Control>& controls, std::string_view oid);

Control pagedControl(std::uint32_t size, std::string_view cookie);
// The cookie of the next page; empty after the last. nullopt: not a paged answer.
std::optional<std::string> readPagedCookie(std::string_view value);

// Flags of DirSync ([MS-ADTS] 3.1.1.3.4.1.3).
inline constexpr std::uint32_t kDirSyncObjectSecurity = 0x1;
inline constexpr std::uint32_t kDirSyncIncrementalValues = 0x80000000;
Control dirSyncControl(std::uint32_t flags, std::string_view cookie);
struct DirSyncAnswer {
  bool more = false;
  std::string cookie;
};
std::optional<DirSyncAnswer> readDirSyncAnswer(std::string_view value);

Control extendedDnControl();
Control showDeletedControl();
Control showRecycledControl();

Control syncRequestControl(std::string_view cookie);  // refreshOnly
enum class SyncState : std::uint8_t {
  kPresent = 0,
  kAdd = 1,
  kModify = 2,
  kDelete = 3
};
struct SyncStateValue {
  SyncState state = SyncState::kAdd;
  std::string entry_uuid;  // 16 bytes
};
std::optional<SyncStateValue> readSyncState(std::string_view value);
struct SyncDoneValue {
  std::string cookie;
  bool refresh_deletes = false;
};
std::optional<SyncDoneValue> readSyncDone(std::string_view value);
// A Sync Info message; of its four kinds only sets of ids say anything about entries.
struct SyncInfoValue {
  std::vector<std::string> entry_uuids;  // 16 bytes each
  bool refresh_deletes = false;          // the ids are of deleted entries; else of present ones
};
std::optional<SyncInfoValue> readSyncInfo(std::string_view value);

// "member;range=0-1499" of an answer.
struct AttributeName {
  std::string_view name;  // without the range
  bool has_range = false;
  std::uint32_t first = 0;
  std::optional<std::uint32_t> last;  // nullopt: "*", nothing follows
};
AttributeName splitRange(std::string_view attribute);

}  // namespace tandem::connectors::ldap
