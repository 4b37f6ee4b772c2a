// SPDX-License-Identifier: Apache-2.0
//
// Moves of one server alone: the two clicks of a swap, the unplanned take-over, and leaving for
// good.
#include <filesystem>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/progress_line.h"
#include "run/runner.h"

namespace tandem::cli {
namespace {

using pair::ClaimKind;
using pair::PairState;
using pair::Role;

void report(const Session& session, run::Server& server, std::string_view next) {
  const PairState state = server.pairState();
  if (session.json) {
    session.printJson({{"server", server.identity().name},
                       {"role", toString(state.role)},
                       {"epoch", state.epoch},
                       {"reason", state.reason}});
    return;
  }
  session.print(fmt::format(
      "{} is {} (epoch {}).", server.identity().name, toString(state.role), state.epoch));
  if (!next.empty()) session.print(next);
}

Result<void> claim(Session& session, run::Server& server, ClaimKind kind, std::string reason) {
  ProgressLine progress(*session.err, session.is_terminal, session.width, session.steady);
  const std::int64_t length = server.witness().lease().count() * 3 / 2000;
  pair::ClaimOptions options;
  options.kind = kind;
  options.reason = std::move(reason);
  options.source_anchor = server.sourceAnchor();
  options.waiting = [&](std::chrono::milliseconds left) {
    progress.update("waiting until the other server's right has run out (seconds)",
                    length - left.count() / 1000,
                    length);
    return session.cancel == nullptr || !session.cancel->load();
  };
  const Result<void> claimed = server.member().claim(options);
  progress.clear();
  return claimed;
}

class StagingOnCommand : public Command {
 public:
  std::string_view summary() const override { return "This server stops writing"; }
  std::string_view examples() const override {
    return "  tandem staging on     then, on the other server: tandem staging off\n"
           "'tandem swap' does both, with a comparison before and proof afterwards.";
  }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
    const PairState state = server->pairState();
    if (state.role == Role::kStaging) {
      report(session, *server, "It was before; nothing has changed.");
      return ExitCode::kDone;
    }
    if (!TRY(session.confirm("This server will write nothing any more, and nobody else does until "
                             "'tandem staging off' on\nanother server (or on this one again)."))) {
      return ExitCode::kFailed;
    }
    TRY(server->member().quiesce("staging was switched on"));
    // What was sent shall be seen to have arrived; if it cannot, the next server finds out.
    run::Runner runner(*server);
    for (run::ServerConnector& connector : server->connectors()) {
      if (connector.isSource() || state.role != Role::kActive) continue;
      run::RunOptions options;
      options.cancel = session.cancel;
      const run::RunSummary summary =
          TRY(runner.run(connector, policy::RunStep::kDeltaImport, options));
      if (!summary.isSuccess()) session.note(fmt::format("not confirmed: {}", summary.message));
    }
    TRY(server->member().release(""));
    report(session, *server, "Next: tandem staging off, on the server that is to write");
    return ExitCode::kDone;
  }
};

class StagingOffCommand : public Command {
 public:
  std::string_view summary() const override { return "This server becomes the one that writes"; }
  std::string_view examples() const override {
    return "  tandem staging off    refused while another server holds the right to write\n"
           "If that server is gone: tandem failover";
  }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
    if (!TRY(session.confirm("This server will write to the tenant from its next cycle on. What it "
                             "would write: tandem pending"))) {
      return ExitCode::kFailed;
    }
    TRY(claim(session, *server, ClaimKind::kReleased, "staging was switched off"));
    report(session, *server, "Next: tandem cycle delta");
    return ExitCode::kDone;
  }
};

class FailoverCommand : public Command {
 public:
  std::string_view summary() const override { return "Take over from a server that is gone"; }
  std::string_view examples() const override {
    return "  tandem failover                     waits until the other's right has run out\n"
           "  tandem failover --now --gone NAME   at once; NAME is the server that you know to be\n"
           "                                      off, as 'tandem status' names it\n"
           "When both servers can be reached, 'tandem swap' loses and repeats nothing.";
  }
  void declare(CLI::App& app) override {
    app.add_flag("--now", now_, "Do not wait: you know that the other server is off");
    app.add_option("--gone", gone_, "With --now: the name of the server that is off")
        ->type_name("NAME");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
    const pair::Witnessed seen = TRY_DOING(server->witness().read(), "asking who may write");
    const pair::WitnessRecord& record = seen.record;
    if (record.holder == server->identity().id && server->pairState().role == Role::kActive) {
      report(session, *server, "It is the active server already.");
      return ExitCode::kDone;
    }
    const std::string holder = record.holder.empty() ? "nobody" : record.holder_name;
    if (now_ && !record.holder.empty()) {
      TRY(vouch(session, record));
    } else if (!TRY(session.confirm(planText(*server, record, holder)))) {
      return ExitCode::kFailed;
    }
    TRY(claim(session,
              *server,
              now_ ? ClaimKind::kReplaceAtOnce : ClaimKind::kReplace,
              fmt::format("failover from {}", holder)));
    report(session, *server, "Next: tandem cycle delta");
    return ExitCode::kDone;
  }

 private:
  static std::string planText(run::Server& server,
                              const pair::WitnessRecord& record,
                              const std::string& holder) {
    return fmt::format(
        "{} holds the right to write, since {} (epoch {}).\nThis server takes it now "
        "and writes after {} s, when nothing of the other can be under way.\nIf the "
        "other server runs, it stops by itself; 'tandem swap' would be gentler.",
        holder,
        formatTime(record.since),
        record.epoch,
        server.witness().lease().count() * 3 / 2000);
  }

  // Somebody has to say which machine it is, so that a script for one pair cannot break another.
  Result<void> vouch(Session& session, const pair::WitnessRecord& record) {
    const std::string risk = fmt::format(
        "Without the wait, {} must be off: if it still runs, both servers write until "
        "it next asks, and one undoes what the other did.",
        record.holder_name);
    session.note(risk);
    if (gone_.empty() && session.can_ask) {
      gone_ = TRY(session.ask("Type the name of the server that is off: "));
    }
    if (trimAscii(gone_) == record.holder_name || trimAscii(gone_) == record.holder) return {};
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the active server is \"{}\": say --gone with exactly that name, or "
                             "leave --now out",
                             record.holder_name));
  }

  bool now_ = false;
  std::string gone_;
};

class DecommissionCommand : public Command {
 public:
  std::string_view summary() const override { return "Retire this server for good"; }
  std::string_view examples() const override {
    return "  tandem decommission   a server in staging that is no longer needed\n"
           "Its secrets are destroyed, and no copy or backup of it can ever write again.";
  }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    if (!TRY(session.confirm(fmt::format(
            "{} will be retired for good: its secrets are destroyed, and the tenant will never "
            "accept\nit, or a copy of it, as the active server again.",
            home.folder())))) {
      return ExitCode::kFailed;
    }
    {
      const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
      TRY(server->member().retire());
      report(session, *server, "");
    }
    TRY_DOING(destroySecrets(home), "destroying the secrets");
    if (!session.json) {
      session.print(
          "Its secrets are destroyed. What is left is history: the folder may be deleted.");
    }
    return ExitCode::kDone;
  }

 private:
  static Result<void> destroySecrets(const home::Home& home) {
    platform::SealedSecrets secrets = TRY(home.secrets());
    for (const std::string& name : secrets.names())
      TRY(secrets.remove(name));
    // Without the key, what a backup of the file still holds is noise. A key that lies elsewhere
    // may seal other things too.
    const std::filesystem::path key = home.keyPath();
    std::error_code ignored;
    if (key.parent_path() == home.folder()) std::filesystem::remove(key, ignored);
    return {};
  }
};

}  // namespace

std::unique_ptr<Command> makeStagingOnCommand() {
  return std::make_unique<StagingOnCommand>();
}
std::unique_ptr<Command> makeStagingOffCommand() {
  return std::make_unique<StagingOffCommand>();
}
std::unique_ptr<Command> makeFailoverCommand() {
  return std::make_unique<FailoverCommand>();
}
std::unique_ptr<Command> makeDecommissionCommand() {
  return std::make_unique<DecommissionCommand>();
}

}  // namespace tandem::cli
