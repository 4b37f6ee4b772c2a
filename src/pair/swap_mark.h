// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace tandem::pair {

// How far one server has come in a swap, in the order of docs/internals/pair.md. Words are kept in
// stores and sent to partners: do not change them.
enum class SwapStep : std::uint8_t {
  kBegun,
  kQuiesced,
  kSettled,
  kReleased,    // the old server's last
  kHandedOver,  // the new server has taken what the old one had sent
  kClaimed,
  kCycled,
  kEnded
};

std::string_view toString(SwapStep step);
std::optional<SwapStep> parseSwapStep(std::string_view text);

// What each of the two servers durably knows of the swap in progress, or of the last one.
struct SwapMark {
  std::string id;
  std::string partner_id;
  std::string partner_name;
  std::string partner_location;  // home folder or URL, as the command that began it was told
  bool is_old = false;           // this server gives the right away
  SwapStep step = SwapStep::kBegun;
  std::int64_t started_at = 0;   // seconds since 1970
  std::int64_t quiesced_at = 0;  // milliseconds since 1970; old server
  std::int64_t generation = 0;   // new server: exports it had made when it claimed
  std::string outcome;           // of an ended one, for people

  bool isOpen() const { return step != SwapStep::kEnded; }
  friend bool operator==(const SwapMark&, const SwapMark&) = default;
};

std::string encodeSwapMark(const SwapMark& mark);
Result<SwapMark> decodeSwapMark(std::string_view json);

std::optional<SwapMark> readSwapMark(store::Store& store);
// Takes part in this swap from its beginning, also again: what had been reached in it is void.
// kConflict while another one is open.
Result<void> beginSwap(store::Store& store, const SwapMark& mark);
// In a transaction of its own.
Result<void> writeSwapMark(store::Store& store, const SwapMark& mark);

}  // namespace tandem::pair
