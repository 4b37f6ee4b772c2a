// SPDX-License-Identifier: Apache-2.0
#include "cli/serve_tickers.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "cli/alert_evaluation.h"
#include "cli/app.h"
#include "cli/canary_result.h"
#include "run/certificate_watch.h"
#include "service/alert_sender.h"

namespace tandem::cli {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// The directories' certificates are looked at so often: they end on a day, not in a minute.
constexpr hours kCertificatesEvery{6};
// A canary that another process keeps from running is tried again so soon.
constexpr minutes kCanaryRetry{5};

// Nobody reads what it prints.
Session quietSession(const Session& session, std::ostream& nowhere) {
  Session quiet = session;
  quiet.out = quiet.err = &nowhere;
  quiet.json = quiet.yes = quiet.in_service = true;
  quiet.is_terminal = quiet.can_ask = false;
  quiet.width = 0;
  quiet.user_name = "service";
  quiet.door = "service";
  quiet.on_progress = nullptr;
  return quiet;
}

class AlertRounds final : public service::Ticker {
 public:
  AlertRounds(const Session& session, const home::Home& home, const platform::Clock& clock)
      : session_(quietSession(session, nowhere_)),
        home_(home),
        clock_(&clock),
        sender_(home, session.host_name, session.now),
        ticker_(home, worldOf(), clock) {}

  std::chrono::milliseconds interval() const override { return ticker_.interval(); }
  void onTick() override {
    lookAtCertificates();
    ticker_.onTick();
  }

 private:
  service::AlertTicker::World worldOf() {
    return {.find = [this] { return findAlerts(session_); },
            .ways = [this] { return sender_.ways(); },
            .send = [this](const service::AlertMessage& message) { return sender_.send(message); }};
  }

  void lookAtCertificates() {
    const platform::BootTime now = clock_->bootNow();
    if (looked_at_ && now - *looked_at_ < kCertificatesEvery) return;
    looked_at_ = now;
    const auto policy = home_.usablePolicy();
    if (!policy.ok()) return;
    const auto seen = run::certificatesOfDirectories(home_, policy.value());
    const Result<void> written = run::writeSeenCertificates(home_, seen);
    if (!written.ok()) logWarning(written.error().message());
  }

  std::ostringstream nowhere_;
  Session session_;
  home::Home home_;
  const platform::Clock* clock_;
  service::AlertSender sender_;
  service::AlertTicker ticker_;
  std::optional<platform::BootTime> looked_at_;
};

// What the command has printed, for the book.
CanaryResult resultFrom(const std::string& document, std::int64_t now) {
  CanaryResult result;
  result.at = now;
  const auto json = nlohmann::json::parse(document, nullptr, /*allow_exceptions=*/false);
  result.cause = "it said nothing";
  if (!json.is_object()) return result;
  const auto textOf = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto would = json.find("wouldArrive");
  result.passed = would != json.end() && would->is_boolean() && would->get<bool>();
  const auto took = json.find("secondsToCloud");
  if (took != json.end() && took->is_number()) result.seconds = took->get<double>();
  result.user = textOf("user");
  result.cause = textOf("cause");
  result.next = textOf("next");
  if (const auto error = json.find("error"); error != json.end() && error->is_object()) {
    result.cause = error->value("message", "");
  }
  return result;
}

class CanaryRounds final : public service::Ticker {
 public:
  CanaryRounds(const Session& session, const home::Home& home, const platform::Clock& clock)
      : session_(session), home_(home), clock_(&clock) {}

  std::chrono::milliseconds interval() const override { return seconds(20); }

  // The first time an interval behind the service's start, or behind the last one: a restart is no
  // reason for a test user.
  void onTick() override {
    const platform::BootTime now = clock_->bootNow();
    if (!due_) due_ = now + untilNext();
    if (now < *due_) return;
    const minutes every(home_.settings().canary.interval_minutes);
    due_ = now + (runOnce() ? every : std::min<minutes>(every, kCanaryRetry));
  }

 private:
  std::chrono::seconds untilNext() const {
    const seconds every = minutes(home_.settings().canary.interval_minutes);
    const std::optional<CanaryResult> last = readCanaryResult(home_);
    if (!last) return every;
    const seconds ago(session_.now() - last->at);
    // A clock that was set back would put it off for ever.
    return ago < seconds(0) ? every : std::max(seconds(0), every - ago);
  }

  // False: it could not begin.
  bool runOnce() {
    std::ostringstream out;
    std::ostringstream nowhere;
    Session quiet = quietSession(session_, nowhere);
    quiet.out = &out;
    std::vector<std::string> arguments{"--json", "--yes", "canary"};
    const auto& given = home_.settings().canary.arguments;
    arguments.insert(arguments.end(), given.begin(), given.end());
    runTandem(std::move(arguments), quiet);
    if (session_.cancel != nullptr && session_.cancel->load()) return false;
    const CanaryResult result = resultFrom(out.str(), session_.now());
    const Result<void> written = writeCanaryResult(home_, result);
    if (!written.ok()) logWarning(written.error().message());
    log(result.passed ? LogLevel::kInfo : LogLevel::kWarning,
        result.passed ? fmt::format("canary: it arrived after {:.0f} s", result.seconds)
                      : "canary: it did not arrive: " + result.cause);
    return true;
  }

  Session session_;
  home::Home home_;
  const platform::Clock* clock_;
  std::optional<platform::BootTime> due_;
};

}  // namespace

std::unique_ptr<service::Ticker> makeAlertTicker(const Session& session,
                                                 const home::Home& home,
                                                 const platform::Clock& clock) {
  return std::make_unique<AlertRounds>(session, home, clock);
}

std::unique_ptr<service::Ticker> makeCanaryTicker(const Session& session,
                                                  const home::Home& home,
                                                  const platform::Clock& clock) {
  if (!home.settings().canary.isSet()) return nullptr;
  return std::make_unique<CanaryRounds>(session, home, clock);
}

}  // namespace tandem::cli
