// SPDX-License-Identifier: Apache-2.0
#include "cli/canary.h"

#include <ostream>

#include <fmt/core.h>

#include "base/text.h"
#include "cli/canary_plan.h"
#include "cli/explanation.h"
#include "cli/format.h"
#include "cli/store_view.h"
#include "platform/files.h"
#include "run/canary_mark.h"

namespace tandem::cli {
namespace {

constexpr std::chrono::milliseconds kLookAgain{500};
constexpr std::size_t kPasswordFileLimit = 4096;
constexpr unsigned kTooWide = 0077;

std::int64_t secondsSince(const platform::Clock& clock, platform::MonotonicTime start) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.monotonicNow() - start).count();
}

// A cycle that runs here is waited for: a canary is started by hand, or right after a swap.
Result<std::unique_ptr<run::Server>> openFree(Session& session,
                                              const home::Home& home,
                                              platform::Clock& clock,
                                              std::int64_t wait_seconds) {
  const platform::MonotonicTime start = clock.monotonicNow();
  bool has_said = false;
  for (;;) {
    Result<std::unique_ptr<run::Server>> server = run::Server::open(home);
    const bool is_busy =
        !server.ok() && server.error().code() == ErrorCode::kConflict && home.isLocked();
    if (!is_busy || secondsSince(clock, start) >= wait_seconds) return server;
    if (session.cancel != nullptr && session.cancel->load()) {
      return Error(ErrorCode::kCancelled, "stopped on request; nothing was done");
    }
    if (!has_said) session.note("tandem: waiting for what runs in " + home.folder());
    has_said = true;
    clock.sleepFor(kLookAgain);
  }
}

Result<platform::SecretText> readPassword(const std::string& path) {
  const unsigned mode = TRY(platform::fileMode(path));
  if ((mode & kTooWide) != 0) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("{} has mode {:04o}: others may read the password in it; run 'chmod "
                             "600 {}'",
                             path,
                             mode,
                             path));
  }
  std::string text = TRY(platform::readFile(path, kPasswordFileLimit));
  platform::SecretText password(std::string_view(text).substr(0, text.find_first_of("\r\n")));
  platform::wipe(text);
  if (password.isEmpty()) return Error(ErrorCode::kInvalidArgument, path + " holds no password");
  return password;
}

Result<run::CanaryAccount> accountOf(Session& session,
                                     const home::Home& home,
                                     const CanaryArguments& arguments) {
  run::CanaryAccount account;
  account.name = arguments.account;
  if (account.name.empty()) return account;
  if (!arguments.password_file.empty()) {
    account.password = TRY(readPassword(arguments.password_file));
  } else if (!arguments.account_secret.empty()) {
    const platform::SealedSecrets secrets = TRY(home.secrets());
    account.password = TRY(secrets.get(arguments.account_secret));
  } else if (session.can_ask) {
    account.password = TRY(session.ask_secret(fmt::format("Password of {}: ", account.name)));
  } else {
    return Error(ErrorCode::kInvalidArgument,
                 "--account needs its password: add --password-file FILE or --account-secret NAME");
  }
  return account;
}

// The cause and the conditions behind it, as 'tandem why' has them.
run::CanaryCause causeOf(const Session& session,
                         directory::ConnectorObjectId object,
                         const std::string& attribute) {
  run::CanaryCause cause;
  const Result<StoreView> view = StoreView::open(session);
  if (!view.ok()) return cause;
  const Result<Explanation> explanation = explain(view.value(), object, attribute);
  if (!explanation.ok()) return cause;
  cause.sentence = explanation.value().cause;
  for (const Explanation::Step& step : explanation.value().steps) {
    if (step.ok) continue;
    cause.details = step.details;
    break;
  }
  return cause;
}

void printStep(Session& session, const run::CanaryStep& step) {
  const std::size_t width = session.width == 0 ? 100 : session.width;
  const std::string time = formatDuration(step.seconds);
  session.print(step.ok
                    ? wrapHanging("ok   ", fmt::format("{} in {}", step.text, time), width, "     ")
                    : wrapHanging("STOP ",
                                  fmt::format("{}: {}", run::toString(step.stage), step.text),
                                  width,
                                  "     "));
  session.out->flush();  // each step when it ends, also into a pipe
}

// Following somebody writes nothing; but what an earlier canary left behind is taken back when it
// can be without asking for an account.
bool needsDirectory(const run::CanaryPlan& plan, const home::Home& home) {
  if (plan.kind != run::CanaryKind::kFollow) return true;
  const auto mark = run::readCanaryMark(home);
  return mark.ok() && mark.value() && plan.source->policy->kind == policy::ConnectorKind::kLdif;
}

}  // namespace

Result<run::CanaryReport> runCanary(Session& session, const CanaryArguments& arguments) {
  const home::Home home = TRY(session.openHome());
  platform::SystemClock clock;
  if (!platform::fileExists(home.databasePath())) {
    return Error(ErrorCode::kNotFound,
                 "nothing has been imported yet, so a canary would show nothing: run 'tandem cycle "
                 "initial' first");
  }
  const std::unique_ptr<run::Server> server =
      TRY(openFree(session, home, clock, arguments.wait_seconds));
  const run::CanaryPlan plan = TRY(planCanary(session, *server, arguments));
  std::unique_ptr<run::CanaryDirectory> directory;
  if (needsDirectory(plan, home)) {
    const run::CanaryAccount account = TRY(accountOf(session, home, arguments));
    directory = TRY(run::openCanaryDirectory(home, *plan.source->policy, account));
  }
  run::CanaryParts parts;
  parts.directory = directory.get();
  parts.clock = &clock;
  parts.cancel = session.cancel;
  parts.run = run::canaryRuns(*server, session.cancel);
  parts.why = [&session](directory::ConnectorObjectId object, const std::string& attribute) {
    return causeOf(session, object, attribute);
  };
  parts.find = [&]() -> Result<directory::ConnectorObjectId> {
    const StoreView view = TRY(StoreView::open(session));
    return findObject(view, arguments.user, plan.source->id);
  };
  if (!session.json) parts.on_step = [&](const run::CanaryStep& step) { printStep(session, step); };
  return run::runCanary(*server, plan, parts);
}

}  // namespace tandem::cli
