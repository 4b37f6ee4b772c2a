// SPDX-License-Identifier: Apache-2.0
//
// What the channel between the two servers of a pair carries: a request and its answer, both bytes.
// What they mean is the business of those who exchange them. docs/internals/channel.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem::channel {

// The asking side. kUnavailable: not known whether the request has arrived; ask again only what may
// be asked twice. An error that the other side answered has its code and text.
using Transport = std::function<Result<std::string>(std::string_view request)>;
// The answering side. Called on the server's threads, several at a time.
using Answerer = std::function<Result<std::string>(std::string_view request)>;

enum class Route : std::uint8_t {
  kMessage,
  kCompare
};

constexpr std::string_view pathOf(Route route) {
  return route == Route::kMessage ? "/pair/v1/message" : "/pair/v1/compare";
}
constexpr std::string_view kHelloPath = "/pair/v1/hello";
constexpr std::string_view kJoinStartPath = "/pair/v1/join/start";
constexpr std::string_view kJoinProvePath = "/pair/v1/join/prove";
constexpr std::string_view kProtocolHeader = "Tandem-Protocol";

}  // namespace tandem::channel
