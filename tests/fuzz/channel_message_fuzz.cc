// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "base/check.h"
#include "channel/fields.h"
#include "channel/hello.h"
#include "channel/pairing_code.h"
#include "channel/pairing_messages.h"
#include "channel/wire_error.h"

// What arrives before anybody is authenticated. Whatever is accepted has passed the checks of each
// field: encoded again it reads the same.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  namespace channel = tandem::channel;
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const auto message = channel::decodeParty(text);
  if (message.ok()) {
    const channel::PartyMessage& first = message.value();
    TANDEM_CHECK(first.party.nonce.size() == channel::kNonceBytes);
    TANDEM_CHECK(first.party.name.find('\n') == std::string::npos);
    const auto again = channel::decodeParty(channel::encodeParty(first.party, first.proof));
    TANDEM_CHECK(again.ok() && again.value().party.name == first.party.name);
    TANDEM_CHECK(again.value().party.url == first.party.url);
    TANDEM_CHECK(again.value().proof == first.proof);
  }
  const auto hello = channel::decodeHello(text);
  if (hello.ok()) {
    const auto again = channel::decodeHello(channel::encodeHello(hello.value()));
    TANDEM_CHECK(again.ok() && again.value().name == hello.value().name);
  }
  const auto url = channel::normalizeUrl(text);
  if (url.ok()) TANDEM_CHECK(channel::normalizeUrl(url.value()).value() == url.value());
  const auto key = channel::keyOfPairingCode(text);
  if (key.ok()) TANDEM_CHECK(key.value().size() == 32);
  TANDEM_CHECK(!toString(channel::decodeError(500, text).code()).empty());
  return 0;
}
