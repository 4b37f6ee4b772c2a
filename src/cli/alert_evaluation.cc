// SPDX-License-Identifier: Apache-2.0
#include "cli/alert_evaluation.h"

#include <algorithm>

#include <fmt/core.h>

#include "cli/canary_result.h"
#include "cli/failed_runs.h"
#include "cli/format.h"
#include "cli/pair_status.h"
#include "cli/store_view.h"
#include "platform/files.h"
#include "run/certificate_watch.h"
#include "run/clock_check.h"

namespace tandem::cli {
namespace {

using service::AlertFinding;
using service::AlertKind;

constexpr std::int64_t kDay = 24 * 60 * 60;
constexpr std::int64_t kMinute = 60;
// Of fewer changes the slowest would be the 99th percentile.
constexpr std::int64_t kChangesForPercentile = 20;

class Evaluation {
 public:
  Evaluation(const home::Home& home, std::int64_t now)
      : home_(home), settings_(home.settings().alerts), now_(now) {}

  void ofHome() {
    const auto policy = home_.usablePolicy();
    if (!policy.ok()) {
      add(AlertKind::kRunError, "policy", policy.error().message(), "correct policy.json");
      return;
    }
    std::vector<run::WatchedCertificate> certificates =
        run::certificatesInFiles(home_, policy.value());
    const auto seen = run::readSeenCertificates(home_);
    certificates.insert(certificates.end(), seen.begin(), seen.end());
    for (const run::WatchedCertificate& one : certificates)
      ofCertificate(one);
    ofCanary();
  }

  void ofStore(const StoreView& view) {
    const PairStatus pair = pairStatusOf(view, now_);
    if (pair.state.is_retired) return;
    ofRuns(view);
    ofClocks(view);
    ofPair(pair);
    if (pair.state.role == pair::Role::kActive) ofChanges(view.store());
  }

  std::vector<AlertFinding> take() { return std::move(found_); }

 private:
  void add(AlertKind kind, std::string subject, std::string text, std::string next) {
    const auto& ignored = settings_.ignore;
    if (std::find(ignored.begin(), ignored.end(), toString(kind)) != ignored.end()) return;
    found_.push_back({kind, std::move(subject), std::move(text), std::move(next)});
  }

  void ofCertificate(const run::WatchedCertificate& one) {
    if (one.ends_at - now_ > settings_.certificate_days * kDay) return;
    add(AlertKind::kCertificateExpiry,
        one.name,
        fmt::format("the certificate of {} {} on {}",
                    one.name,
                    one.ends_at < now_ ? "ended" : "ends",
                    formatTime(one.ends_at)),
        one.next);
  }

  void ofCanary() {
    const std::optional<CanaryResult> last = readCanaryResult(home_);
    if (!home_.settings().canary.isSet() || !last || last->passed) return;
    add(AlertKind::kCanaryFailed,
        "",
        fmt::format("the canary {}{}of {} did not arrive: {}",
                    last->user,
                    last->user.empty() ? "" : " ",
                    formatTime(last->at),
                    last->cause),
        last->next.empty() ? "run it by hand and follow it: tandem canary" : last->next);
  }

  void ofRuns(const StoreView& view) {
    for (const FailedRun& failed : failedRunRowsOf(view)) {
      const bool is_clock = failed.run.result == "stopped-clock-skew";
      add(is_clock          ? AlertKind::kClock
          : failed.is_guard ? AlertKind::kGuardStopped
                            : AlertKind::kRunError,
          failed.connector + " " + failed.phase,
          fmt::format("{}: {} of {}: {}: {}",
                      failed.connector,
                      failed.run.profile,
                      formatTime(failed.run.started_at),
                      failed.run.result,
                      failed.run.message),
          fmt::format("tandem runs {}", failed.run.id));
    }
  }

  void ofClocks(const StoreView& view) {
    for (const StoreView::Connector& connector : view.connectors()) {
      if (!connector.id) continue;
      const std::string text = run::clockDifference(view.store(), *connector.id, connector.name);
      if (text.empty()) continue;
      add(AlertKind::kClock,
          connector.name,
          text,
          "set this machine's clock, or that one, by NTP: an export would be refused");
    }
  }

  void ofPair(const PairStatus& pair) {
    if (pair.state.role == pair::Role::kStaging && pair.days >= settings_.staging_days) {
      add(AlertKind::kStagingTooLong,
          "",
          fmt::format("this server has been in staging for {} days", pair.days),
          "let it take over with 'tandem swap', or retire it with 'tandem decommission'; of a "
          "standby that is to stay, put \"staging-too-long\" into alerts.ignore");
    }
    if (pair.policy_differs) {
      add(AlertKind::kPairDrift,
          "",
          "the two servers of the pair have different policies",
          "'tandem status' says which; 'tandem policy diff' shows the difference");
    }
  }

  void ofChanges(store::Store& store) {
    const std::int64_t limit = settings_.slow_minutes * kMinute;
    const store::DurationCounts counts =
        store.changeTimes().between(store::ChangeStage::kConfirmed, now_ - kDay, now_);
    const auto slow = counts.percentile(counts.total() < kChangesForPercentile ? 0.5 : 0.99);
    if (slow && *slow > static_cast<double>(limit)) {
      add(AlertKind::kChangeToCloudSlow,
          "",
          fmt::format("changes of the last 24 hours took up to {} to the cloud",
                      formatDuration(*slow)),
          "'tandem runs' shows which runs are long or failed; 'tandem latency' the days before");
      return;
    }
    const std::optional<std::int64_t> oldest = store.exports().oldestChange();
    if (oldest && *oldest > 0 && now_ - *oldest > limit) {
      add(AlertKind::kChangeToCloudSlow,
          "",
          fmt::format("a change of {} has not arrived in the cloud", formatTime(*oldest)),
          "'tandem pending' shows what waits; 'tandem runs' when something was last exported");
    }
  }

  const home::Home& home_;
  const home::AlertSettings& settings_;
  std::int64_t now_;
  std::vector<AlertFinding> found_;
};

}  // namespace

std::vector<AlertFinding> findAlerts(const Session& session) {
  const Result<home::Home> home = session.openHome();
  if (!home.ok()) return {{AlertKind::kRunError, "home", home.error().message(), ""}};
  Evaluation evaluation(home.value(), session.now());
  evaluation.ofHome();
  if (platform::fileExists(home.value().databasePath())) {
    const Result<StoreView> view = StoreView::open(session);
    if (view.ok()) evaluation.ofStore(view.value());
  }
  return evaluation.take();
}

}  // namespace tandem::cli
