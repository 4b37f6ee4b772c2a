// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "channel/channel_files.h"
#include "channel/hello.h"
#include "channel/identity.h"
#include "channel/pairing_desk.h"
#include "channel/refusal_log.h"
#include "channel/transport.h"
#include "platform/clock.h"
#include "platform/http_message.h"

namespace tandem::channel {

struct Answerers {
  Answerer message;
  Answerer compare;
  std::function<std::optional<Standing>()> standing = {};  // null, or none: not told
};

inline constexpr std::size_t kChannelBodyMax = std::size_t{64} * 1024 * 1024;

// What a server answers to whom. Asked over TLS: its partner, known by its certificate; anybody
// with a certificate, for the pairing routes and the greeting, while a code is open. Asked over the
// local socket: its own user and root.
//
// Invariant: an answerer is called only for who has passed authorize().
class Endpoint {
 public:
  // The clock must outlive it.
  Endpoint(ChannelFiles files, Identity identity, Answerers answerers, platform::Clock& clock);

  platform::ServerResponse answer(const platform::ServerRequest& request);
  // Strangers may send what pairing needs, and no more.
  std::size_t bodyLimitFor(const platform::PeerCertificate* peer) const;
  void handshakeFailed(const std::string& peer, const std::string& reason);

  PairingDesk& desk() { return desk_; }
  const Identity& identity() const { return identity_; }
  // "0.0.0.0:8853", told to who asks over the local socket. To be set before that one is opened.
  void setListening(std::string listening) { listening_ = std::move(listening); }
  const std::string& listening() const { return listening_; }

 private:
  Hello hello() const;
  Hello helloTo(const platform::ServerRequest& request) const;
  bool isPartner(const platform::PeerCertificate* peer) const;
  Result<void> authorize(const platform::ServerRequest& request) const;
  Result<void> checkPeer(const platform::PeerCertificate* peer) const;
  Result<std::string> dispatch(const platform::ServerRequest& request);
  Result<std::string> post(const platform::ServerRequest& request);

  ChannelFiles files_;
  Identity identity_;
  Answerers answerers_;
  platform::Clock* clock_;
  PairingDesk desk_;
  RefusalLog refusals_;
  std::string listening_;
};

}  // namespace tandem::channel
