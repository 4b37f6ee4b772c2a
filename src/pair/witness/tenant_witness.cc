// SPDX-License-Identifier: Apache-2.0
#include "pair/witness/tenant_witness.h"

#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "pair/witness/stamped_record.h"

namespace tandem::pair::witness {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRequestTimeout{3'000};
constexpr milliseconds kConnectTimeout{2'000};
// From the question that shows the record as it was seen until the write is sent. With the write's
// time-out it must stay below the settling time.
constexpr milliseconds kFreshness{1'000};
constexpr int kAttemptsMax = 3;
constexpr std::size_t kConnectionsMax = 2;
constexpr std::size_t kAnswerMax = 1024 * 1024;

char markOf(Place place) {
  return place == Place::kOrganization ? 'o' : 'g';
}

Place otherThan(Place place) {
  return place == Place::kOrganization ? Place::kGroup : Place::kOrganization;
}

// Empty: nothing is there. Otherwise the place, and the entity tag or a hash of the text, which no
// two writes have in common because each has its stamp.
std::string versionOf(Place place, const Kept& kept) {
  if (!kept.exists) return {};
  if (!kept.etag.empty()) return fmt::format("{}={}", markOf(place), kept.etag);
  return fmt::format("{}#{}", markOf(place), toHex(hash128(kept.text).bytes()));
}

Error changedMeanwhile() {
  return Error(ErrorCode::kConflict,
               "somebody else has changed who holds the right to write in this moment");
}

Error twoRecords() {
  return Error(
      ErrorCode::kCorruption,
      "the tenant says in two places who holds the right to write: on its organization (open "
      "extension com.tandem.witness) and in the group tandem-witness. Nothing is written until "
      "there is one: see which server is to be the active one, stop the others, then delete the "
      "group, or the extension where the application may not write the organization");
}

connectors::graph::GraphSettings withShortTimeouts(connectors::graph::GraphSettings settings) {
  settings.request_timeout = std::chrono::duration_cast<std::chrono::seconds>(kRequestTimeout);
  return settings;
}

}  // namespace

Result<std::unique_ptr<TenantWitness>> TenantWitness::open(
    connectors::graph::GraphSettings settings,
    platform::Clock& clock,
    TenantWitnessOptions options) {
  platform::HttpClientOptions http;
  http.ca_file = settings.ca_file;
  http.proxy = settings.proxy;
  http.connect_timeout = kConnectTimeout;
  http.total_timeout = kRequestTimeout;
  http.connections_max = kConnectionsMax;
  http.response_limit = kAnswerMax;
  std::unique_ptr<platform::HttpClient> client = TRY(platform::openHttpClient(std::move(http)));
  return std::make_unique<TenantWitness>(std::move(settings), std::move(client), clock, options);
}

TenantWitness::TenantWitness(connectors::graph::GraphSettings settings,
                             std::unique_ptr<platform::HttpClient> http,
                             platform::Clock& clock,
                             TenantWitnessOptions options)
    : settings_(withShortTimeouts(std::move(settings))),
      http_(std::move(http)),
      clock_(&clock),
      options_(options),
      session_(settings_, *http_, clock),
      places_(session_, clock) {}

Result<TenantWitness::Found> TenantWitness::findAt(Place place) {
  Found found;
  found.place = place;
  found.kept = TRY(places_.read(place));
  StampedRecord stamped = TRY(decodeStamped(found.kept.text));
  found.record = std::move(stamped.record);
  found.stamp = std::move(stamped.stamp);
  found.lease = stamped.lease;
  return found;
}

Witnessed TenantWitness::told(const Found& found) {
  promise_ =
      found.kept.etag.empty() ? WitnessPromise::kWriteThenVerify : WitnessPromise::kCompareAndSet;
  told_lease_ = found.record.holder.empty() ? milliseconds(0) : found.lease;
  Witnessed witnessed;
  witnessed.record = found.record;
  witnessed.version = versionOf(found.place, found.kept);
  witnessed.told_at = found.kept.told_at;
  return witnessed;
}

Result<Witnessed> TenantWitness::read() {
  const Found organization = TRY(findAt(Place::kOrganization));
  const Found group = TRY(findAt(Place::kGroup));
  if (organization.record.epoch != 0 && group.record.epoch != 0) return twoRecords();
  if (organization.record.epoch != 0) return told(organization);
  if (group.record.epoch != 0) return told(group);
  return told(organization.kept.exists || !group.kept.exists ? organization : group);
}

Result<Witnessed> TenantWitness::renew() {
  const Found organization = TRY(findAt(Place::kOrganization));
  return organization.record.epoch != 0 ? told(organization) : read();
}

Result<Witnessed> TenantWitness::replace(const Witnessed& seen, const WitnessRecord& wanted) {
  StampedRecord stamped{wanted, newStamp(), {}};
  stamped.lease = leaseToWrite({seen.record, {}, told_lease_}, wanted, options_.lease);
  const Change change{seen, encodeStamped(stamped), stamped.stamp};
  const bool is_first = seen.record.epoch == 0;
  Place place = Place::kOrganization;
  if (!is_first && seen.version.starts_with('g')) place = Place::kGroup;
  std::optional<Witnessed> done = TRY(writeAt(place, change));
  if (!done && is_first) {
    place = Place::kGroup;
    done = TRY(writeAt(place, change));
  }
  if (!done) {
    return Error(
        ErrorCode::kPermissionDenied,
        fmt::format("the application may not write who holds the right to write: grant it "
                    "{}, then an administrator's consent",
                    place == Place::kGroup ? "Group.ReadWrite.All" : "Organization.ReadWrite.All"));
  }
  if (!is_first) return *std::move(done);
  // Another server whose application has other permissions may have begun in the other place at the
  // same time. Each writes first and looks then, so at least one of them sees the other.
  const Found other = TRY(findAt(otherThan(place)));
  if (other.record.epoch == 0) return *std::move(done);
  takeBack(place, change);
  return changedMeanwhile();
}

// Takes our first record back, as well as it can: what is left makes everybody stop (twoRecords).
void TenantWitness::takeBack(Place place, const Change& change) {
  const Result<Found> now = findAt(place);
  if (!now.ok() || now.value().stamp != change.stamp) return;
  const std::string text = encodeStamped({change.seen.record, newStamp(), options_.lease});
  const Result<TenantPlaces::Writing> undone =
      places_.write(place, now.value().kept, text, clock_->monotonicNow() + kFreshness);
  static_cast<void>(undone.ok());
}

bool TenantWitness::isAsSeen(const Found& now, const Witnessed& seen) {
  if (seen.version.empty()) return !now.kept.exists;
  if (seen.version.front() == markOf(now.place)) {
    return versionOf(now.place, now.kept) == seen.version;
  }
  return now.record.epoch == 0;  // the first record, in a place that is not the one asked first
}

Result<std::optional<Witnessed>> TenantWitness::writeAt(Place place, const Change& change) {
  bool is_lost = false;
  for (int attempt = 1; attempt <= kAttemptsMax; ++attempt) {
    if (is_lost) places_.pause(attempt - 1);
    // Read before each attempt, the first too: `seen` may be old, and the answer to an earlier
    // attempt may have been all that got lost.
    const platform::MonotonicTime asked = clock_->monotonicNow();
    const Found now = TRY(findAt(place));
    if (now.stamp != change.stamp) {
      if (!isAsSeen(now, change.seen)) return changedMeanwhile();
      const TenantPlaces::Writing written =
          TRY(places_.write(place, now.kept, change.text, asked + kFreshness));
      if (written == TenantPlaces::Writing::kForbidden) return std::optional<Witnessed>();
      is_lost = written == TenantPlaces::Writing::kLost;
      if (written != TenantPlaces::Writing::kDone) continue;
    }
    const Found settled = TRY(findSettled(place));
    if (settled.stamp == change.stamp) return std::optional<Witnessed>(told(settled));
    if (!isAsSeen(settled, change.seen)) return changedMeanwhile();
  }
  return Error(ErrorCode::kUnavailable,
               "the tenant does not answer whether it has written who holds the right to write: it "
               "may have, or may still do it");
}

Result<TenantWitness::Found> TenantWitness::findSettled(Place place) {
  Found now = TRY(findAt(place));
  if (!now.kept.etag.empty()) return now;
  clock_->sleepFor(options_.settling);
  return findAt(place);
}

}  // namespace tandem::pair::witness
