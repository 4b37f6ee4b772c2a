// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "channel/endpoint.h"
#include "channel/listener.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scheduler_state.h"
#include "pair/peer_message.h"
#include "pair/swap_mark.h"
#include "run/local_peer.h"
#include "service/comparing_desk.h"
#include "service/right_keeper.h"
#include "service/service.h"

namespace tandem::cli {
namespace {

// One cycle of the scheduler: what 'tandem cycle' does.
Result<run::CycleSummary> runCycle(const home::Home& home, const run::RunOptions& options) {
  const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
  const std::optional<pair::SwapMark> swap = pair::readSwapMark(server->store());
  if (swap && swap->isOpen()) {
    return Error(ErrorCode::kConflict, "a swap is in progress; 'tandem swap' goes on with it");
  }
  const bool initial = nextIsInitial(server->store());
  run::CycleSummary summary = TRY(run::Runner(*server).cycle(
      initial ? run::CyclePolicy::kInitial : run::CyclePolicy::kDelta, options));
  if (initial && summary.exitCode() == 0 && !options.cancel->load()) {
    setNextIsInitial(server->store(), false);
    TRY(server->store().database().takeError());
  }
  return summary;
}

// What goes on beside the cycles.
struct Beside final : public service::Ticker {
  Beside(std::unique_ptr<service::RightKeeper> its_keeper,
         const home::Home& home,
         const platform::Clock& clock)
      : keeper(std::move(its_keeper)), desk(home, clock) {}
  std::chrono::milliseconds interval() const override { return keeper->interval(); }
  void onTick() override {
    keeper->onTick();
    desk.dropIdle();
  }

  std::unique_ptr<service::RightKeeper> keeper;
  service::ComparingDesk desk;
};

class ServeCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Run cycles by the scheduler, and answer the other server of the pair";
  }
  std::string_view examples() const override {
    return "  tandem serve                             cycles; answers on this machine only\n"
           "  tandem serve --listen 0.0.0.0:8853       answers the partner as well\n"
           "  tandem serve --no-cycles                 only answers\n"
           "It runs until Ctrl-C or SIGTERM. Other commands work beside it between two cycles.";
  }
  void declare(CLI::App& app) override {
    app.add_option("--listen", listen_, "Where the partner may connect (server.toml: [channel])")
        ->type_name("ADDRESS:PORT");
    app.add_flag("--no-cycles", no_cycles_, "Run none");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    setLogLevel(home.settings().log_level);
    const platform::FileLock one = TRY(platform::FileLock::acquire(home.resolve("serve.lock")));
    platform::SystemClock clock;
    std::optional<service::Service> service;  // ticks when it runs, not before
    service::RightKeeper::Consequences consequences{[&service] { service->reconcile(); },
                                                    [&service] { service->takeOver(); }};
    Beside beside(
        TRY(service::RightKeeper::open(home, clock, std::move(consequences))), home, clock);
    service.emplace(
        workOn(home),
        clock,
        service::ServiceOptions{.cycles = !no_cycles_, .ticker = &beside, .stop = session.cancel});
    channel::Endpoint endpoint(channel::ChannelFiles(home),
                               TRY(channel::ensureIdentity(home, clock)),
                               answerers(session, home, *service, beside.desk),
                               clock);
    // After the endpoint, so that they are gone before it.
    std::unique_ptr<channel::Listener> tcp;
    const std::string listen = listen_.empty() ? home.settings().channel.listen : listen_;
    if (!listen.empty()) {
      channel::ListenAddress address = TRY(channel::parseListenAddress(listen));
      tcp = TRY(channel::Listener::onTcp(endpoint, address));
      address.port = tcp->port();
      endpoint.setListening(channel::toText(address));
    }
    const channel::ChannelFiles files(home);
    const auto local = TRY(channel::Listener::onSocket(endpoint, files.socket));
    announce(session, home, endpoint.listening());
    service->run();
    logInfo("stopping");
    return ExitCode::kDone;
  }

 private:
  static service::ServiceWork workOn(const home::Home& home) {
    service::ServiceWork work;
    work.scheduler = [home]() -> Result<policy::Scheduler> {
      const policy::PolicyDocument document = TRY(home.usablePolicy());
      return document.scheduler;
    };
    work.cycle = [home](const run::RunOptions& options) { return runCycle(home, options); };
    work.take_over = [home](const run::RunOptions& options) {
      return service::takeOver(home, options);
    };
    work.reconcile = [home] { return service::reconcile(home); };
    return work;
  }

  static channel::Answerers answerers(Session& session,
                                      const home::Home& home,
                                      service::Service& service,
                                      service::ComparingDesk& desk) {
    channel::Answerers answerers;
    answerers.compare = [&desk](std::string_view request) { return desk.answer(request); };
    answerers.message = [&session, home, &service](std::string_view request) {
      run::LocalPeer::Options options;
      options.started_by = "partner";
      options.cancel = session.cancel;
      options.waiting = [&session, &service] {
        service.giveWay();
        return session.cancel == nullptr || !session.cancel->load();
      };
      run::LocalPeer peer(home, std::move(options));
      return Result<std::string>(pair::answerPeerMessage(peer, request));
    };
    return answerers;
  }

  void announce(Session& session, const home::Home& home, const std::string& listening) const {
    const channel::ChannelFiles files(home);
    if (session.json) {
      session.printJson({{"home", home.folder()},
                         {"serverId", home.settings().server_id},
                         {"listening", listening},
                         {"socket", files.socket}});
    }
    session.out->flush();
    logInfo(fmt::format("serving {}; {}; cycles: {}",
                        home.folder(),
                        listening.empty() ? "no partner can connect (see --listen)"
                                          : "the partner may connect to " + listening,
                        no_cycles_ ? "none" : "by the policy's scheduler"));
  }

  std::string listen_;
  bool no_cycles_ = false;
};

}  // namespace

std::unique_ptr<Command> makeServeCommand() {
  return std::make_unique<ServeCommand>();
}

}  // namespace tandem::cli
