// SPDX-License-Identifier: Apache-2.0
#include <ostream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "channel/caller.h"
#include "channel/endpoint.h"
#include "channel/listener.h"
#include "channel/own_url.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDaemonTimeout{10'000};
constexpr milliseconds kPoll{200};
constexpr int kFarewellPollsMax = 50;

class PairInviteCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Print a code with which another server becomes the partner of this one";
  }
  std::string_view examples() const override {
    return "  tandem pair invite                            while 'tandem serve --listen' runs\n"
           "  tandem pair invite --listen 0.0.0.0:8853      listens itself until it is done\n"
           "  tandem pair invite --url https://10.0.0.5:8853  how the other server reaches this "
           "one";
  }
  void declare(CLI::App& app) override {
    app.add_option("--listen", listen_, "Where to listen when no 'tandem serve' does")
        ->type_name("ADDRESS:PORT");
    app.add_option("--url", url_, "How the other server reaches this one (server.toml: [channel])");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const Result<std::shared_ptr<channel::Caller>> daemon =
        channel::Caller::toDaemon(home, kDaemonTimeout);
    if (daemon.ok()) {
      const Result<channel::Hello> hello = daemon.value()->hello();
      if (hello.ok()) return throughDaemon(session, home, hello.value());
      if (hello.error().code() != ErrorCode::kNotFound) return hello.error();
    }
    return alone(session, home);
  }

 private:
  Result<ExitCode> throughDaemon(Session& session,
                                 const home::Home& home,
                                 const channel::Hello& hello) const {
    if (hello.listening.empty()) {
      return Error(ErrorCode::kConflict,
                   "'tandem serve' runs here and nobody can connect to it: start it with --listen "
                   "ADDRESS:PORT, or set listen in [channel] of server.toml. Or invite on the "
                   "other server, and accept here");
    }
    platform::SystemClock clock;
    channel::PairingDesk desk(
        channel::ChannelFiles(home), TRY(channel::ensureIdentity(home, clock)), clock);
    const std::string url = TRY(channel::ownUrl(home.settings().channel, url_, hello.listening));
    const channel::OpenInvitation open = TRY(desk.invite(url));
    print(session, url, open);
    if (!session.json) session.print("'tandem pair show' tells when it is done.");
    return ExitCode::kDone;
  }

  Result<ExitCode> alone(Session& session, const home::Home& home) const {
    const std::string listen = listen_.empty() ? home.settings().channel.listen : listen_;
    if (listen.empty()) {
      return Error(ErrorCode::kInvalidArgument,
                   "the other server has to connect here: give --listen 0.0.0.0:8853, say, or set "
                   "listen in [channel] of server.toml");
    }
    platform::SystemClock clock;
    channel::Endpoint endpoint(
        channel::ChannelFiles(home), TRY(channel::ensureIdentity(home, clock)), {}, clock);
    channel::ListenAddress address = TRY(channel::parseListenAddress(listen));
    const auto listener = TRY(channel::Listener::onTcp(endpoint, address));
    address.port = listener->port();
    const std::string url =
        TRY(channel::ownUrl(home.settings().channel, url_, channel::toText(address)));
    const channel::OpenInvitation open = TRY(endpoint.desk().invite(url));
    print(session, url, open);
    if (!session.json) session.print("Waiting for it here; Ctrl-C gives up.");
    session.out->flush();
    return wait(session, home, *listener, endpoint.desk());
  }

  static Result<ExitCode> wait(Session& session,
                               const home::Home& home,
                               const channel::Listener& listener,
                               const channel::PairingDesk& desk) {
    platform::SystemClock clock;
    const channel::ChannelFiles files(home);
    const auto is_over = [&] {
      return !desk.isInviting() || (session.cancel != nullptr && session.cancel->load());
    };
    for (bool last = false; !last;) {
      last = is_over();  // looked at first: who comes in the last moment has come
      const std::optional<channel::Partner> partner = TRY(channel::readPartner(files));
      if (!partner) {
        if (!last) clock.sleepFor(kPoll);
        continue;
      }
      // The partner is written before it is answered: let the answer go out.
      for (int polls = 0; listener.isBusy() && polls < kFarewellPollsMax; ++polls)
        clock.sleepFor(kPoll);
      if (!session.json) session.print(fmt::format("Paired with {}.", partner->name));
      return ExitCode::kDone;
    }
    const bool is_cancelled = desk.isInviting();
    channel::removeInvitation(files);
    return Error(ErrorCode::kCancelled,
                 is_cancelled ? "given up; the code is void"
                              : "nobody has used the code in time, or it was tried wrongly too "
                                "often; it is void");
  }

  static void print(Session& session, const std::string& url, const channel::OpenInvitation& open) {
    if (session.json) {
      session.printJson(
          {{"code", open.code}, {"expiresAt", formatTime(open.expires_at)}, {"url", url}});
      session.out->flush();
      return;
    }
    session.print(
        fmt::format("The code, for one use within {} minutes:\n\n  {}\n\n"
                    "On the other server:\n\n  tandem pair accept {} {}\n",
                    channel::kInvitationSeconds / 60,
                    open.code,
                    url,
                    open.code));
  }

  std::string listen_, url_;
};

}  // namespace

std::unique_ptr<Command> makePairInviteCommand() {
  return std::make_unique<PairInviteCommand>();
}

}  // namespace tandem::cli
