// SPDX-License-Identifier: Apache-2.0
#include "pair/witness/stamped_record.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "platform/signing.h"

namespace tandem::pair::witness {
namespace {

constexpr std::size_t kTextMax = 64 * 1024;  // far above a thousand retired servers
constexpr std::chrono::milliseconds kLeaseMax{3'600'000};

std::string shortened(std::string name) {
  constexpr std::size_t kNameMax = 200;
  if (name.size() <= kNameMax) return name;
  std::size_t end = kNameMax;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U)
    --end;
  name.resize(end);
  return name;
}

}  // namespace

std::string newStamp() {
  return toHex(platform::randomBytes(8));
}

std::string encodeStamped(const StampedRecord& stamped) {
  WitnessRecord record = stamped.record;
  record.holder_name = shortened(std::move(record.holder_name));
  nlohmann::ordered_json json{{"stamp", stamped.stamp}, {"leaseMs", stamped.lease.count()}};
  json.update(nlohmann::ordered_json::parse(encodeRecord(record), nullptr, false));
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<StampedRecord> decodeStamped(std::string_view text) {
  if (text.empty()) return StampedRecord();
  if (text.size() > kTextMax) {
    return Error(ErrorCode::kCorruption, "the witness's record is too long to be one of Tandem's");
  }
  StampedRecord stamped;
  stamped.record = TRY(decodeRecord(text));
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto stamp = json.find("stamp");
  if (stamp != json.end() && stamp->is_string()) stamped.stamp = stamp->get<std::string>();
  const auto lease = json.find("leaseMs");
  if (lease != json.end() && lease->is_number_unsigned()) {
    const auto most = static_cast<std::uint64_t>(kLeaseMax.count());
    stamped.lease = std::chrono::milliseconds(std::min(lease->get<std::uint64_t>(), most));
  }
  return stamped;
}

std::chrono::milliseconds leaseToWrite(const StampedRecord& seen,
                                       const WitnessRecord& wanted,
                                       std::chrono::milliseconds own) {
  const std::string& holder = seen.record.holder;
  const bool replaces = !holder.empty() && !wanted.holder.empty() && holder != wanted.holder;
  return replaces ? std::max(own, seen.lease) : own;
}

}  // namespace tandem::pair::witness
