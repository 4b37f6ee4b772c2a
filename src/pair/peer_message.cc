// SPDX-License-Identifier: Apache-2.0
#include "pair/peer_message.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "pair/peer_json.h"

namespace tandem::pair {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 13> kCodes{{
    {ErrorCode::kInvalidArgument, "invalidArgument"},
    {ErrorCode::kNotFound, "notFound"},
    {ErrorCode::kConflict, "conflict"},
    {ErrorCode::kUnauthenticated, "unauthenticated"},
    {ErrorCode::kPermissionDenied, "permissionDenied"},
    {ErrorCode::kThrottled, "throttled"},
    {ErrorCode::kUnavailable, "unavailable"},
    {ErrorCode::kStorageFull, "storageFull"},
    {ErrorCode::kCorruption, "corruption"},
    {ErrorCode::kCancelled, "cancelled"},
    {ErrorCode::kFullImportRequired, "fullImportRequired"},
    {ErrorCode::kStoppedByGuard, "stoppedByGuard"},
    {ErrorCode::kInternal, "internal"},
}};

constexpr std::array<std::pair<ClaimKind, std::string_view>, 4> kClaims{{
    {ClaimKind::kReleased, "released"},
    {ClaimKind::kTakeBack, "takeBack"},
    {ClaimKind::kReplace, "replace"},
    {ClaimKind::kReplaceAtOnce, "replaceAtOnce"},
}};

PeerJson errorJson(const Error& error) {
  std::string_view code = "internal";
  for (const auto& [value, text] : kCodes) {
    if (value == error.code()) code = text;
  }
  return {{"version", kPeerProtocol}, {"error", {{"code", code}, {"message", error.message()}}}};
}

Error errorFrom(const PeerJson& json) {
  const std::string text = json.at("code").get<std::string>();
  for (const auto& [value, word] : kCodes) {
    if (word == text) return Error(value, json.at("message").get<std::string>());
  }
  return Error(ErrorCode::kInternal, json.at("message").get<std::string>());
}

Result<PeerJson> answerOf(Result<void> result) {
  if (!result.ok()) return std::move(result).error();
  return PeerJson::object();
}

Result<PeerJson> answerOf(Result<PeerCycle> result) {
  if (!result.ok()) return std::move(result).error();
  return toJson(result.value());
}

// Only the claim of a swap is made from afar: replacing a server is decided where the new one is.
Result<PeerJson> claimFrom(Peer& peer, const std::string& swap, const PeerJson& request) {
  const bool takes_back = request.value("kind", "released") == "takeBack";
  return answerOf(peer.claim(swap, takes_back ? ClaimKind::kTakeBack : ClaimKind::kReleased));
}

Result<PeerJson> perform(Peer& peer, const PeerJson& request) {
  const std::string verb = request.at("verb").get<std::string>();
  const std::string swap = request.value("swap", "");
  if (verb == "report") return toJson(TRY(peer.report()));
  if (verb == "begin") {
    const SwapMark mark = TRY(decodeSwapMark(request.at("mark").get<std::string>()));
    return answerOf(peer.begin(mark));
  }
  if (verb == "prepare") return answerOf(peer.prepare());
  if (verb == "quiesce") return PeerJson{{"agoMs", TRY(peer.quiesce(swap)).count()}};
  if (verb == "settle") return answerOf(peer.settle(swap));
  if (verb == "release") {
    return answerOf(peer.release(swap, request.at("successor").get<std::string>()));
  }
  if (verb == "handOver") return PeerJson{{"document", TRY(peer.handOver(swap))}};
  if (verb == "take") return answerOf(peer.take(swap, request.at("document").get<std::string>()));
  if (verb == "claim") return claimFrom(peer, swap, request);
  if (verb == "cycle") return answerOf(peer.cycle(swap));
  if (verb == "takeBack") return answerOf(peer.takeBack(swap));
  if (verb == "end") return answerOf(peer.end(swap, request.at("outcome").get<std::string>()));
  return Error(
      ErrorCode::kInvalidArgument,
      fmt::format("this release does not know \"{}\": upgrade the older of the two servers", verb));
}

class PeerClient final : public Peer {
 public:
  explicit PeerClient(Transport transport) : transport_(std::move(transport)) {}

  Result<PeerReport> report() override {
    return ask<PeerReport>("report", {}, [](const PeerJson& json) { return reportFrom(json); });
  }
  Result<void> begin(const SwapMark& mark) override {
    return tell("begin", {{"mark", encodeSwapMark(mark)}});
  }
  Result<PeerCycle> prepare() override { return askCycle("prepare", ""); }
  Result<std::chrono::milliseconds> quiesce(const std::string& swap) override {
    return ask<std::chrono::milliseconds>("quiesce", {{"swap", swap}}, [](const PeerJson& json) {
      return std::chrono::milliseconds(json.at("agoMs").get<std::int64_t>());
    });
  }
  Result<PeerCycle> settle(const std::string& swap) override { return askCycle("settle", swap); }
  Result<void> release(const std::string& swap, const std::string& successor) override {
    return tell("release", {{"swap", swap}, {"successor", successor}});
  }
  Result<std::string> handOver(const std::string& swap) override {
    return ask<std::string>("handOver", {{"swap", swap}}, [](const PeerJson& json) {
      return json.at("document").get<std::string>();
    });
  }
  Result<void> take(const std::string& swap, const std::string& document) override {
    return tell("take", {{"swap", swap}, {"document", document}});
  }
  Result<void> claim(const std::string& swap, ClaimKind kind) override {
    std::string_view word = "released";
    for (const auto& [value, text] : kClaims) {
      if (value == kind) word = text;
    }
    return tell("claim", {{"swap", swap}, {"kind", word}});
  }
  Result<PeerCycle> cycle(const std::string& swap) override { return askCycle("cycle", swap); }
  Result<void> takeBack(const std::string& swap) override {
    return tell("takeBack", {{"swap", swap}});
  }
  Result<void> end(const std::string& swap, const std::string& outcome) override {
    return tell("end", {{"swap", swap}, {"outcome", outcome}});
  }

 private:
  template <class T>
  Result<T> ask(std::string_view verb,
                PeerJson arguments,
                const std::function<T(const PeerJson&)>& decode) {
    PeerJson request{{"version", kPeerProtocol}, {"verb", verb}};
    if (arguments.is_object()) request.update(arguments);
    const std::string answer = TRY(transport_(dump(request)));
    try {
      const PeerJson json = PeerJson::parse(answer);
      if (json.contains("error")) return errorFrom(json.at("error"));
      return decode(json.at("answer"));
    } catch (const PeerJson::exception&) {
      return Error(ErrorCode::kCorruption,
                   fmt::format("the partner's answer to \"{}\" cannot be understood: are both "
                               "servers of the same release?",
                               verb));
    }
  }
  Result<void> tell(std::string_view verb, PeerJson arguments) {
    const Result<bool> done =
        ask<bool>(verb, std::move(arguments), [](const PeerJson&) { return true; });
    if (!done.ok()) return done.error();
    return {};
  }
  Result<PeerCycle> askCycle(std::string_view verb, const std::string& swap) {
    return ask<PeerCycle>(
        verb, {{"swap", swap}}, [](const PeerJson& json) { return cycleFrom(json); });
  }

  Transport transport_;
};

}  // namespace

std::string answerPeerMessage(Peer& peer, std::string_view request) {
  try {
    const PeerJson json = PeerJson::parse(request);
    if (json.at("version").get<int>() > kPeerProtocol) {
      return dump(errorJson(Error(ErrorCode::kInvalidArgument,
                                  fmt::format("this server speaks version {} of the protocol, the "
                                              "partner wants {}: upgrade this one",
                                              kPeerProtocol,
                                              json.at("version").get<int>()))));
    }
    Result<PeerJson> answer = perform(peer, json);
    if (!answer.ok()) return dump(errorJson(answer.error()));
    return dump({{"version", kPeerProtocol}, {"answer", std::move(answer).value()}});
  } catch (const PeerJson::exception&) {
    return dump(errorJson(
        Error(ErrorCode::kInvalidArgument, "the message of the partner cannot be understood")));
  }
}

std::unique_ptr<Peer> makePeerClient(Transport transport) {
  return std::make_unique<PeerClient>(std::move(transport));
}

}  // namespace tandem::pair
