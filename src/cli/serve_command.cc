// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "channel/endpoint.h"
#include "channel/listener.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/scheduler_state.h"
#include "cli/serve_tickers.h"
#include "cli/service_status.h"
#include "pair/pair_state.h"
#include "pair/peer_message.h"
#include "pair/swap_mark.h"
#include "platform/files.h"
#include "platform/notify_socket.h"
#include "run/local_peer.h"
#include "service/change_watch.h"
#include "service/comparing_desk.h"
#include "service/liveness.h"
#include "service/right_keeper.h"
#include "service/scheduler_files.h"
#include "service/service.h"
#include "store/store.h"

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
         const platform::Clock& clock,
         ServiceStatus& its_status)
      : keeper(std::move(its_keeper)), desk(home, clock), status(&its_status) {}
  std::chrono::milliseconds interval() const override { return keeper->interval(); }
  void onTick() override {
    keeper->onTick();
    desk.dropIdle();
    status->refresh();
  }
  bool isVital() const override { return true; }

  std::unique_ptr<service::RightKeeper> keeper;
  service::ComparingDesk desk;
  ServiceStatus* status;
};

class ServeCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Run cycles by the scheduler, with the console, and answer the other server";
  }
  std::string_view examples() const override {
    return "  tandem serve                             cycles; answers on this machine only\n"
           "  tandem serve --listen 0.0.0.0:8853       answers the partner as well\n"
           "  tandem serve --console 0.0.0.0:8443      the console for other machines as well\n"
           "  tandem serve --no-cycles                 only answers\n"
           "A folder that is not set up yet is set up in the console: tandem account link\n"
           "It runs until Ctrl-C or SIGTERM. Other commands work beside it between two cycles.";
  }
  void declare(CLI::App& app) override {
    app.add_option("--listen", listen_, "Where the partner may connect (server.toml: [channel])")
        ->type_name("ADDRESS:PORT");
    app.add_option("--console", console_, "Where browsers may connect (server.toml: [console])")
        ->type_name("ADDRESS:PORT|off");
    app.add_flag("--no-cycles", no_cycles_, "Run none");
  }

  Result<ExitCode> run(Session& session) override {
    platform::SystemClock clock;
    TRY(platform::makeFolder(session.home_folder, 0700));
    const platform::FileLock one =
        TRY(platform::FileLock::acquire(service::serveLockPath(session.home_folder)));
    service::Liveness liveness(TRY(platform::NotifySocket::fromEnvironment(session.variable)),
                               clock);
    liveness.watch(service::Liveness::Thread::kScheduler);
    const std::unique_ptr<Doors> doors = TRY(openDoors(session, clock));
    if (!TRY(waitForHome(session, clock, liveness))) return ExitCode::kDone;
    const home::Home home = TRY(session.openHome());
    setLogLevel(home.settings().log_level);
    return serve(session, home, clock, {doors.get(), &liveness});
  }

 private:
  struct Around {
    Doors* doors = nullptr;
    service::Liveness* liveness = nullptr;
  };

  Result<std::unique_ptr<Doors>> openDoors(const Session& session, const platform::Clock& clock) {
    if (!session.open_doors) return std::unique_ptr<Doors>();
    return session.open_doors({&session, session.home_folder, console_, &clock});
  }

  // A server that is not set up yet has the console alone, whose wizard sets it up. False: stopped
  // before, which is no failure: a service manager that stops us would take it for one.
  Result<bool> waitForHome(const Session& session,
                           platform::Clock& clock,
                           service::Liveness& liveness) {
    const auto is_home = [&] { return platform::fileExists(session.home_folder + "/server.toml"); };
    if (is_home()) return true;
    if (!session.open_doors) {
      TRY(session.openHome());  // says what to do
    }
    logInfo("not set up yet: 'tandem account link' makes a link that opens the wizard");
    liveness.ready();
    liveness.says("waiting to be set up: tandem account link");
    while (!is_home()) {
      liveness.isAlive(service::Liveness::Thread::kScheduler);
      if (session.cancel != nullptr && session.cancel->load()) {
        liveness.stopping();
        logInfo("stopped before it was set up");
        return false;
      }
      clock.sleepFor(std::chrono::milliseconds(200));
    }
    return true;
  }

  Result<ExitCode> serve(Session& session,
                         const home::Home& home,
                         platform::SystemClock& clock,
                         const Around& around) {
    Doors* const doors = around.doors;
    ServiceStatus status(*around.liveness, home);
    std::optional<service::Service> service;  // ticks when it runs, not before
    service::RightKeeper::Consequences consequences{[&service] { service->reconcile(); },
                                                    [&service] { service->takeOver(); }};
    Beside beside(
        TRY(service::RightKeeper::open(home, clock, std::move(consequences))), home, clock, status);
    service::ChangeWatch watch(service::directoryProbe(home, clock),
                               [&service, home] { service->hasten(quietOf(home)); });
    const auto alerts = makeAlertTicker(session, home, clock);
    const auto canary = makeCanaryTicker(session, home, clock);
    service::ServiceOptions options{.cycles = !no_cycles_,
                                    .tickers = {&beside, alerts.get()},
                                    .stop = session.cancel,
                                    .liveness = around.liveness};
    if (!no_cycles_) options.tickers.push_back(&watch);
    if (canary) options.tickers.push_back(canary.get());
    service.emplace(workOn(home, doors, status), clock, std::move(options));
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
    announce(session, home, endpoint.listening(), doors);
    around.liveness->watch(service::Liveness::Thread::kTicker);
    around.liveness->ready();
    service->run();
    logInfo("stopping");
    return ExitCode::kDone;
  }

  // A cycle of the scheduler, which people can follow in the console.
  static Result<run::CycleSummary> followedCycle(const home::Home& home,
                                                 Doors* doors,
                                                 const run::RunOptions& given) {
    if (doors == nullptr) return runCycle(home, given);
    std::optional<Result<run::CycleSummary>> summary;
    doors->follow("Scheduled cycle", [&](const Doors::Tell& tell) {
      run::RunOptions options = given;
      options.on_progress = [&tell, &given](const run::Progress& progress) {
        if (given.on_progress) given.on_progress(progress);
        tell(progress.connector + ": " + progress.profile, progress.done, progress.total);
      };
      summary = runCycle(home, options);
      return summary->ok() && summary->value().exitCode() == 0;
    });
    return *std::move(summary);
  }

  static std::chrono::seconds quietOf(const home::Home& home) {
    const Result<policy::PolicyDocument> policy = home.usablePolicy();
    return policy.ok() ? policy.value().scheduler.quiet : policy::Scheduler().quiet;
  }

  static service::ServiceWork workOn(const home::Home& home, Doors* doors, ServiceStatus& status) {
    service::ServiceWork work;
    work.scheduler = [home]() -> Result<policy::Scheduler> {
      const policy::PolicyDocument document = TRY(home.usablePolicy());
      return document.scheduler;
    };
    work.cycle = [home, doors](const run::RunOptions& options) {
      return followedCycle(home, doors, options);
    };
    work.take_over = [home](const run::RunOptions& options) {
      return service::takeOver(home, options);
    };
    work.reconcile = [home] { return service::reconcile(home); };
    // A file that cannot be read is no reason to write into directories.
    work.suspended = [home] {
      const Result<service::OwnSchedule> own = service::readOwnSchedule(home);
      if (!own.ok()) logError(own.error().message());
      return !own.ok() || own.value().suspended;
    };
    work.tell_next = [home, &status](const service::NextCycle& next) {
      status.plans(next);
      const Result<void> written = service::writeNextCycle(home, next);
      if (!written.ok()) logWarning("the next cycle is not shown: " + written.error().message());
    };
    return work;
  }

  // For the partner's console. A server that has read nothing yet has no say.
  static std::optional<channel::Standing> standingOf(const home::Home& home) {
    const auto policy = home.usablePolicy();
    const auto store = store::Store::openReader(home.databasePath());
    if (!policy.ok() || !store.ok()) return std::nullopt;
    channel::Standing standing;
    standing.role = std::string(toString(pair::readPairState(*store.value()).role));
    std::optional<std::int64_t> oldest;
    for (const policy::ConnectorPolicy& connector : policy.value().connectors) {
      const auto id = store.value()->names().findConnector(connector.name);
      const std::int64_t last = id ? store.value()->history().lastImport(*id) : 0;
      oldest = std::min(oldest.value_or(last), last);
    }
    standing.read_until = oldest.value_or(0);
    return standing;
  }

  static channel::Answerers answerers(Session& session,
                                      const home::Home& home,
                                      service::Service& service,
                                      service::ComparingDesk& desk) {
    channel::Answerers answerers;
    answerers.standing = [home] { return standingOf(home); };
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

  void announce(Session& session,
                const home::Home& home,
                const std::string& listening,
                const Doors* doors) const {
    const channel::ChannelFiles files(home);
    const std::string console = doors == nullptr ? "" : doors->url();
    if (session.json) {
      session.printJson({{"home", home.folder()},
                         {"serverId", home.settings().server_id},
                         {"listening", listening},
                         {"socket", files.socket},
                         {"console", console}});
    }
    session.out->flush();
    logInfo(fmt::format("serving {}; {}; {}; cycles: {}",
                        home.folder(),
                        console.empty() ? "no console" : "the console is at " + console,
                        listening.empty() ? "no partner can connect (see --listen)"
                                          : "the partner may connect to " + listening,
                        no_cycles_ ? "none" : "by the policy's scheduler"));
  }

  std::string listen_, console_;
  bool no_cycles_ = false;
};

}  // namespace

std::unique_ptr<Command> makeServeCommand() {
  return std::make_unique<ServeCommand>();
}

}  // namespace tandem::cli
