// SPDX-License-Identifier: Apache-2.0
#include "pair/swap_mark.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tandem::pair {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSwap = "swap";  // a setting's name: do not change it

constexpr std::array<std::pair<SwapStep, std::string_view>, 8> kSteps{{
    {SwapStep::kBegun, "begun"},
    {SwapStep::kQuiesced, "quiesced"},
    {SwapStep::kSettled, "settled"},
    {SwapStep::kReleased, "released"},
    {SwapStep::kHandedOver, "handed-over"},
    {SwapStep::kClaimed, "claimed"},
    {SwapStep::kCycled, "cycled"},
    {SwapStep::kEnded, "ended"},
}};

}  // namespace

std::string_view toString(SwapStep step) {
  for (const auto& [value, text] : kSteps) {
    if (value == step) return text;
  }
  return "begun";
}

std::optional<SwapStep> parseSwapStep(std::string_view text) {
  for (const auto& [value, word] : kSteps) {
    if (word == text) return value;
  }
  return std::nullopt;
}

std::string encodeSwapMark(const SwapMark& mark) {
  return Json{{"id", mark.id},
              {"partnerId", mark.partner_id},
              {"partnerName", mark.partner_name},
              {"partnerLocation", mark.partner_location},
              {"isOld", mark.is_old},
              {"step", toString(mark.step)},
              {"startedAt", mark.started_at},
              {"quiescedAt", mark.quiesced_at},
              {"generation", mark.generation},
              {"outcome", mark.outcome}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<SwapMark> decodeSwapMark(std::string_view text) {
  SwapMark mark;
  try {
    const Json json = Json::parse(text);
    mark.id = json.at("id").get<std::string>();
    mark.partner_id = json.at("partnerId").get<std::string>();
    mark.partner_name = json.value("partnerName", "");
    mark.partner_location = json.value("partnerLocation", "");
    mark.is_old = json.at("isOld").get<bool>();
    mark.started_at = json.value("startedAt", std::int64_t{0});
    mark.quiesced_at = json.value("quiescedAt", std::int64_t{0});
    mark.generation = json.value("generation", std::int64_t{0});
    mark.outcome = json.value("outcome", "");
    const auto step = parseSwapStep(json.at("step").get<std::string>());
    if (!step) return Error(ErrorCode::kCorruption, "the mark of a swap names an unknown step");
    mark.step = *step;
  } catch (const Json::exception&) {
    return Error(ErrorCode::kCorruption, "the mark of a swap cannot be read");
  }
  return mark;
}

std::optional<SwapMark> readSwapMark(store::Store& store) {
  const std::optional<std::string> text = store.setting(kSwap);
  if (!text) return std::nullopt;
  Result<SwapMark> mark = decodeSwapMark(*text);
  if (!mark.ok()) return std::nullopt;
  return std::move(mark).value();
}

Result<void> beginSwap(store::Store& store, const SwapMark& mark) {
  const std::optional<SwapMark> known = readSwapMark(store);
  if (known && known->id != mark.id && known->isOpen()) {
    return Error(ErrorCode::kConflict,
                 fmt::format("this server takes part in a swap with {} already: finish that first",
                             known->partner_name));
  }
  if (known && *known == mark) return {};
  return writeSwapMark(store, mark);
}

Result<void> writeSwapMark(store::Store& store, const SwapMark& mark) {
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  store.setSetting(kSwap, encodeSwapMark(mark));
  return transaction.commit();
}

}  // namespace tandem::pair
