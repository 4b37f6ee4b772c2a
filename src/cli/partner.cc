// SPDX-License-Identifier: Apache-2.0
#include "cli/partner.h"

#include <fmt/core.h>

#include "channel/caller.h"
#include "channel/fields.h"
#include "pair/peer_message.h"
#include "pair/swap_mark.h"
#include "platform/files.h"
#include "run/compared_server.h"
#include "run/local_peer.h"

namespace tandem::cli {
namespace {

std::unique_ptr<pair::Peer> peerOf(const Session& session, home::Home home) {
  run::LocalPeer::Options options;
  options.cancel = session.cancel;
  options.waiting = [&session, folder = home.folder(), told = false]() mutable {
    if (!told) session.note(fmt::format("waiting: another process works on {}", folder));
    told = true;
    return session.cancel == nullptr || !session.cancel->load();
  };
  return std::make_unique<run::LocalPeer>(std::move(home), std::move(options));
}

Result<std::string> lastPartner(const home::Home& home) {
  auto store = store::Store::openReader(home.databasePath());
  if (store.ok()) {
    if (const auto mark = pair::readSwapMark(*store.value())) return mark->partner_location;
  }
  return Error(ErrorCode::kInvalidArgument,
               "which server? Name its home folder, or the URL of a paired server, with --with");
}

// The one over the channel; absent when this server is not paired and no URL was given.
Result<std::optional<Partner>> pairedPartner(const home::Home& home, const std::string& location) {
  const bool is_url = location.rfind("https://", 0) == 0;
  const auto paired = TRY(channel::readPartner(channel::ChannelFiles(home)));
  if (!is_url && (!location.empty() || !paired)) return std::optional<Partner>();
  if (is_url && (!paired || paired->url != TRY(channel::normalizeUrl(location)))) {
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format("this server is not paired with {}; 'tandem pair show' tells with whom",
                    location));
  }
  platform::SystemClock clock;
  auto caller = TRY(channel::Caller::toPartner(home, clock, channel::kAnswerTimeout));
  Partner partner;
  partner.peer =
      pair::makePeerClient(channel::Caller::transport(std::move(caller), channel::Route::kMessage));
  auto comparing = TRY(channel::Caller::toPartner(home, clock, channel::kAnswerTimeout));
  partner.compare = channel::Caller::transport(std::move(comparing), channel::Route::kCompare);
  partner.location = paired->url;
  return std::optional<Partner>(std::move(partner));
}

}  // namespace

std::unique_ptr<pair::Peer> openHere(const Session& session, const home::Home& home) {
  return peerOf(session, home);
}

Result<Partner> openPartner(const Session& session,
                            const home::Home& home,
                            const std::string& location) {
  if (auto paired = TRY(pairedPartner(home, location))) return std::move(*paired);
  Partner partner;
  partner.location = location.empty() ? TRY(lastPartner(home)) : location;
  home::Home other = TRY_DOING(home::Home::open(partner.location, session.environment),
                               "opening the other server");
  partner.location = other.folder();
  const auto answerer = std::make_shared<compare::Answerer>(run::accessForCompare(other));
  partner.compare = [answerer](std::string_view request) { return answerer->answer(request); };
  partner.peer = peerOf(session, std::move(other));
  return partner;
}

}  // namespace tandem::cli
