// SPDX-License-Identifier: Apache-2.0
//
// The tenant itself as the witness: two servers that export to it meet there, whatever else they
// know of each other.
//
// Where the record lives: on the organization; where the application may not write that, in a group
// (tenant_places.h). Once a record is somewhere, that place is the one for every server, whatever
// its permissions are. Two places with a record are an error, and nobody is granted anything:
// choosing one of them could make two servers active.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "connectors/graph/graph_session.h"
#include "pair/witness.h"
#include "pair/witness/tenant_places.h"

namespace tandem::pair::witness {

struct TenantWitnessOptions {
  std::chrono::milliseconds lease{60'000};
  // For a service that puts no condition on writes: from our write until we read again. Longer than
  // a read, a write and its time-out take together, so that of two writers at most one finds
  // itself.
  std::chrono::milliseconds settling{5'000};
};

// Used from one thread.
class TenantWitness final : public Witness {
 public:
  // With a client of its own, whose time-outs are those of a question and not of an import.
  static Result<std::unique_ptr<TenantWitness>> open(connectors::graph::GraphSettings settings,
                                                     platform::Clock& clock,
                                                     TenantWitnessOptions options);
  TenantWitness(connectors::graph::GraphSettings settings,
                std::unique_ptr<platform::HttpClient> http,
                platform::Clock& clock,
                TenantWitnessOptions options);

  Result<Witnessed> read() override;
  // Asks for one place only, when the record is on the organization.
  Result<Witnessed> renew() override;
  Result<Witnessed> replace(const Witnessed& seen, const WitnessRecord& wanted) override;

  // As the last answer said: kCompareAndSet when it carried an entity tag.
  WitnessPromise promise() const override { return promise_; }
  // Our own, or the holder's where that is longer.
  std::chrono::milliseconds lease() const override { return std::max(options_.lease, told_lease_); }
  std::string describe() const override { return "the tenant " + settings_.tenant; }

 private:
  struct Found {
    Place place = Place::kOrganization;
    Kept kept;
    WitnessRecord record;
    std::string stamp;
    std::chrono::milliseconds lease{0};
  };
  struct Change {
    const Witnessed& seen;
    std::string text;
    std::string stamp;
  };

  Result<Found> findAt(Place place);
  Witnessed told(const Found& found);
  static bool isAsSeen(const Found& now, const Witnessed& seen);
  // Absent: the application may not write there.
  Result<std::optional<Witnessed>> writeAt(Place place, const Change& change);
  // What is there after a write, once it has had time to settle.
  Result<Found> findSettled(Place place);
  void takeBack(Place place, const Change& change);

  connectors::graph::GraphSettings settings_;  // the session refers to it
  std::unique_ptr<platform::HttpClient> http_;
  platform::Clock* clock_;
  TenantWitnessOptions options_;
  connectors::graph::GraphSession session_;
  TenantPlaces places_;
  std::chrono::milliseconds told_lease_{0};
  WitnessPromise promise_ = WitnessPromise::kWriteThenVerify;
};

}  // namespace tandem::pair::witness
