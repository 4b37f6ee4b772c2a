// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "pair/grant_issuer.h"
#include "pair/member.h"
#include "testing/fake_witness.h"

namespace tandem::pair {

// One server of a pair as far as the right to write goes, with a store in memory.
struct TestServer {
  TestServer(std::string id, Witness& its_witness, platform::ManualClock& its_clock)
      : identity{id, id + ".example.com", {}},
        witness(&its_witness),
        clock(&its_clock),
        store(std::move(store::Store::open(":memory:")).value()),
        issuer(std::make_unique<GrantIssuer>(*store, its_witness, its_clock, identity)),
        member(*store, its_witness, its_clock, identity) {}

  // What a killed process leaves: the store, and no lease.
  void restart() { issuer = std::make_unique<GrantIssuer>(*store, *witness, *clock, identity); }
  bool canWrite() {
    const Result<connectors::ExportGrant> grant = issuer->issue();
    return grant.ok() && grant.value().isValid();
  }
  Role role() const { return readPairState(*store).role; }

  ServerIdentity identity;
  Witness* witness;
  platform::ManualClock* clock;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<GrantIssuer> issuer;
  Member member;
};

}  // namespace tandem::pair
