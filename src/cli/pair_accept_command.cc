// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "channel/caller.h"
#include "channel/fields.h"
#include "channel/join.h"
#include "channel/own_url.h"
#include "channel/pairing_code.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

constexpr std::chrono::milliseconds kTimeout{30'000};
constexpr std::chrono::milliseconds kDaemonTimeout{10'000};

class PairAcceptCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Become the partner of the server that has printed a code";
  }
  std::string_view examples() const override {
    return "  tandem pair accept https://old.example.com:8853 7QK3-M2XF-AP9R-TDWH\n"
           "  tandem pair accept https://old.example.com:8853    asks for the code";
  }
  void declare(CLI::App& app) override {
    app.add_option("URL", inviter_, "As 'tandem pair invite' printed it on the other server")
        ->required();
    app.add_option("CODE", code_, "The code that it printed; asked for when it is not given");
    app.add_option("--url", url_, "How the other server reaches this one (server.toml: [channel])");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const channel::ChannelFiles files(home);
    if (const auto partner = TRY(channel::readPartner(files))) {
      return Error(ErrorCode::kConflict,
                   fmt::format("this server is paired with {} already: run 'tandem pair remove' on "
                               "both servers first",
                               partner->name));
    }
    platform::SystemClock clock;
    channel::JoinRequest request;
    request.inviter_url = TRY(channel::normalizeUrl(inviter_));
    request.code_key = TRY(codeKey(session));
    request.identity = TRY(channel::ensureIdentity(home, clock));
    request.own_url = TRY(channel::ownUrl(home.settings().channel, url_, listening(home)));
    const channel::Partner partner = TRY(joinWith(request, session.now()));
    const platform::FileLock lock = TRY(channel::lockChannel(files, clock));
    TRY(channel::writePartner(files, partner));
    report(session, partner, request.own_url);
    return ExitCode::kDone;
  }

 private:
  Result<std::string> codeKey(Session& session) const {
    if (!code_.empty()) return channel::keyOfPairingCode(code_);
    if (!session.can_ask) {
      return Error(ErrorCode::kInvalidArgument, "give the code that 'tandem pair invite' printed");
    }
    return channel::keyOfPairingCode(TRY(session.ask("The code: ")));
  }

  // Where a daemon of this home listens, or will.
  static std::string listening(const home::Home& home) {
    const auto daemon = channel::Caller::toDaemon(home, kDaemonTimeout);
    if (daemon.ok()) {
      const Result<channel::Hello> hello = daemon.value()->hello();
      if (hello.ok() && !hello.value().listening.empty()) return hello.value().listening;
    }
    return home.settings().channel.listen;
  }

  static Result<channel::Partner> joinWith(channel::JoinRequest& request, std::int64_t now) {
    request.inviter_certificate = TRY(channel::certificateAt(request.inviter_url));
    const auto caller = TRY(channel::Caller::toCertificate(
        request.identity, request.inviter_url, request.inviter_certificate, kTimeout));
    const Result<channel::Hello> hello = caller->hello();
    if (!hello.ok() && hello.error().code() == ErrorCode::kPermissionDenied) {
      return Error(ErrorCode::kPermissionDenied,
                   hello.error().message() + "; no code is open there");
    }
    if (!hello.ok()) return hello.error();
    return channel::join(request, now, [&](std::string_view path, std::string_view body) {
      return caller->post(path, body);
    });
  }

  static void report(Session& session,
                     const channel::Partner& partner,
                     const std::string& own_url) {
    if (session.json) {
      session.printJson({{"partner",
                          {{"serverId", partner.id},
                           {"name", partner.name},
                           {"url", partner.url},
                           {"fingerprint", partner.fingerprint}}},
                         {"url", own_url}});
      return;
    }
    session.print(fmt::format("Paired with {}.", partner.name));
    if (own_url.empty()) {
      session.note(
          "Note: the other server cannot connect to this one, because none listens here. Commands "
          "that need both servers have to be run here; or set listen in [channel] of server.toml "
          "and pair the two again.");
    }
  }

  std::string inviter_, code_, url_;
};

}  // namespace

std::unique_ptr<Command> makePairAcceptCommand() {
  return std::make_unique<PairAcceptCommand>();
}

}  // namespace tandem::cli
