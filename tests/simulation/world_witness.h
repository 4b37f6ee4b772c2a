// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "pair/pair_state.h"
#include "pair/witness.h"
#include "world.h"

namespace tandem::simulation {

// The record itself, beside both servers.
struct SharedRecord {
  pair::WitnessRecord record;
  std::uint64_t version = 1;

  bool replace(const std::string& seen, const pair::WitnessRecord& wanted) {
    if (seen != std::to_string(version)) return false;
    record = wanted;
    ++version;
    return true;
  }
};

// One server's way to it. A question may get lost, or its answer; a change may also arrive when
// nobody waits for it any more.
class WorldWitness final : public pair::Witness {
 public:
  WorldWitness(World& world,
               Machine& machine,
               SharedRecord& shared,
               std::function<pair::PairState()> state)
      : world_(&world), machine_(&machine), shared_(&shared), state_(std::move(state)) {}

  Result<pair::Witnessed> read() override {
    if (isLost("asks the witness", world_->faults.cut)) return lost();
    const pair::Witnessed seen = look();
    if (isLost("hears from the witness", world_->faults.lost_answer)) return lost();
    return seen;
  }

  Result<pair::Witnessed> replace(const pair::Witnessed& seen,
                                  const pair::WitnessRecord& wanted) override {
    if (world_->broken == Broken::kTakeBack && state_().role == pair::Role::kDeactivating &&
        wanted.holder == shared_->record.holder) {
      return look();
    }
    if (isLost("tells the witness", world_->faults.cut)) return lost();
    if (!world_->is_calm && world_->dice.chance(world_->faults.late)) {
      world_->say(machine_->name() + " tells the witness, which takes its time");
      world_->at(world_->dice.between(100, 60'000),
                 [world = world_, shared = shared_, version = seen.version, wanted] {
                   const bool done = shared->replace(version, wanted);
                   world->say(std::string("the witness ") + (done ? "hears: " : "refuses: ") +
                              pair::encodeRecord(wanted));
                 });
      return lost();
    }
    if (!shared_->replace(seen.version, wanted)) {
      return Error(ErrorCode::kConflict, "the record is another one by now");
    }
    world_->say(machine_->name() + " tells the witness: " + pair::encodeRecord(wanted));
    const pair::Witnessed now = look();
    if (isLost("hears from the witness", world_->faults.lost_answer)) return lost();
    return now;
  }

  pair::WitnessPromise promise() const override { return pair::WitnessPromise::kCompareAndSet; }
  milliseconds lease() const override { return kLeaseLength; }
  std::string describe() const override { return "the witness"; }

 private:
  bool isLost(const char* what, double probability) {
    if (!world_->point(*machine_, what)) return true;
    if (world_->is_calm || !world_->dice.chance(probability)) return false;
    world_->say(machine_->name() + " " + what + ": lost");
    return true;
  }
  pair::Witnessed look() const {
    pair::Witnessed seen{
        shared_->record, std::to_string(shared_->version), std::nullopt, std::nullopt};
    if (world_->broken == Broken::kGeneration) seen.record.generation = 0;
    if (world_->broken != Broken::kLease) seen.told_at = world_->unixSeconds();
    return seen;
  }
  static Error lost() { return Error(ErrorCode::kUnavailable, "the witness does not answer"); }

  World* world_;
  Machine* machine_;
  SharedRecord* shared_;
  std::function<pair::PairState()> state_;
};

}  // namespace tandem::simulation
