// SPDX-License-Identifier: Apache-2.0
#include "access/audit_line.h"

#include <array>
#include <chrono>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "platform/signing.h"
#include "policy/json_document.h"

namespace tandem::access {
namespace {

using policy::JsonNode;

constexpr std::size_t kHashDigits = 64;
constexpr std::string_view kHashKey = ",\"hash\":\"";
constexpr std::size_t kTailSize = kHashKey.size() + kHashDigits + 2;  // …"}
constexpr std::string_view kCut = "…";

// An escaped byte takes six, so all of them together stay below kAuditLineMax.
constexpr std::size_t kShortField = 128;
constexpr std::size_t kLongField = 1024;
static_assert(6 * (4 * kShortField + 2 * kLongField) + 512 < kAuditLineMax);

std::string bounded(const std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max - kCut.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end) + std::string(kCut);
}

Error noLine(std::string_view why) {
  return {ErrorCode::kCorruption, fmt::format("this is no line of an audit log: {}", why)};
}

bool isHash(std::string_view text) {
  if (text.size() != kHashDigits) return false;
  for (const char c : text) {
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
  }
  return true;
}

struct Field {
  std::string_view name;
  std::string AuditEntry::*place;
};
const std::array<Field, 9> kFields{{{"at", &AuditEntry::at},
                                    {"who", &AuditEntry::who},
                                    {"door", &AuditEntry::door},
                                    {"from", &AuditEntry::from},
                                    {"act", &AuditEntry::act},
                                    {"on", &AuditEntry::on},
                                    {"outcome", &AuditEntry::outcome},
                                    {"torn", &AuditEntry::torn},
                                    {"before", &AuditEntry::before}}};

Result<AuditEntry> fromJson(const JsonNode& root) {
  AuditEntry entry;
  const JsonNode* const number = root.find("n");
  const bool is_number = number != nullptr && number->kind == JsonNode::Kind::kNumber;
  const auto count = is_number ? parseInteger(number->text) : std::nullopt;
  if (!count || *count < 1) return noLine("it has no number \"n\"");
  entry.number = static_cast<std::uint64_t>(*count);
  for (const Field& field : kFields) {
    const JsonNode* const node = root.find(field.name);
    if (node == nullptr && field.name == "torn") continue;
    if (node == nullptr || node->kind != JsonNode::Kind::kString) {
      return noLine(fmt::format("it has no text \"{}\"", field.name));
    }
    entry.*field.place = node->text;
  }
  if (!isHash(entry.before)) return noLine("\"before\" is no hash");
  if (!entry.torn.empty() && !isHash(entry.torn)) return noLine("\"torn\" is no hash");
  return entry;
}

}  // namespace

std::string firstBefore() {
  return std::string(kHashDigits, '0');
}

std::string writeAuditLine(AuditEntry& entry) {
  entry.who = bounded(entry.who, kShortField);
  entry.door = bounded(entry.door, kShortField);
  entry.from = bounded(entry.from, kShortField);
  entry.act = bounded(entry.act, kShortField);
  entry.on = bounded(entry.on, kLongField);
  entry.outcome = bounded(entry.outcome, kLongField);
  nlohmann::ordered_json json{{"n", entry.number},
                              {"at", entry.at},
                              {"who", entry.who},
                              {"door", entry.door},
                              {"from", entry.from},
                              {"act", entry.act},
                              {"on", entry.on},
                              {"outcome", entry.outcome}};
  if (!entry.torn.empty()) json["torn"] = entry.torn;
  json["before"] = entry.before;
  std::string line = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  line.pop_back();  // the brace
  entry.hash = toHex(platform::sha256(line));
  line += fmt::format("{}{}\"}}", kHashKey, entry.hash);
  TANDEM_CHECK(line.size() <= kAuditLineMax);
  return line;
}

Result<AuditEntry> readAuditLine(std::string_view line) {
  if (line.size() > kAuditLineMax) return noLine("it is too long");
  if (line.size() <= kTailSize || !line.ends_with("\"}")) return noLine("it has no \"hash\"");
  const std::string_view hashed = line.substr(0, line.size() - kTailSize);
  const std::string_view tail = line.substr(hashed.size());
  const std::string_view hash = tail.substr(kHashKey.size(), kHashDigits);
  if (!tail.starts_with(kHashKey) || !isHash(hash)) return noLine("it has no \"hash\"");
  if (toHex(platform::sha256(hashed)) != hash) {
    return Error(ErrorCode::kCorruption, "the line was changed: its hash is another one");
  }
  const auto parsed = policy::parseJson(line);
  const auto* const root = std::get_if<JsonNode>(&parsed);
  if (root == nullptr || root->kind != JsonNode::Kind::kObject) return noLine("it is no object");
  AuditEntry entry = TRY(fromJson(*root));
  entry.hash = std::string(hash);
  return entry;
}

std::string formatMillis(platform::WallTime at) {
  using std::chrono::floor;
  const auto millis = floor<std::chrono::milliseconds>(at);
  const auto day = floor<std::chrono::days>(millis);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(millis - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     time.hours().count(),
                     time.minutes().count(),
                     time.seconds().count(),
                     time.subseconds().count());
}

}  // namespace tandem::access
