// SPDX-License-Identifier: Apache-2.0
//
// etcd as the witness. Two keys below /tandem/<tenant id>/:
//   record   who holds the right; replaced only if its revision is the one that was seen
//   alive    the holder's id, attached to the holder's lease in etcd: etcd removes it when the
//   holder
//            has not renewed for that long, and whoever sees it gone knows that the holder believes
//            nothing any more
//   standby/ID a server in staging, as it introduced itself; gone a day after it did so last
// The holder believes for a little less than etcd keeps the key (kClockTolerance), because the two
// clocks need not run equally fast.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "pair/witness.h"
#include "pair/witness/etcd_client.h"
#include "pair/witness/stamped_record.h"

namespace tandem::pair::witness {

struct EtcdWitnessOptions {
  std::string tenant_id;
  std::string server_id;           // ours: a record that names it is renewed by us
  std::chrono::seconds lease{10};  // in etcd
};

// Used from one thread.
class EtcdWitness final : public Witness {
 public:
  static Result<std::unique_ptr<EtcdWitness>> open(EtcdSettings settings,
                                                   EtcdWitnessOptions options);
  EtcdWitness(std::unique_ptr<EtcdClient> client, EtcdWitnessOptions options);

  Result<Witnessed> read() override;
  // Keeps our lease in etcd alive first and reads then, so that what the answer says is no older.
  Result<Witnessed> renew() override;
  // A claim writes both keys in one transaction, and what replaces a holder whose lease was seen to
  // be over asks in it that this still is so. The answer to such a claim says false for
  // holder_lives: it is about the holder that was replaced.
  Result<Witnessed> replace(const Witnessed& seen, const WitnessRecord& wanted) override;

  Result<void> introduce(const Standby& standby) override;

  WitnessPromise promise() const override { return WitnessPromise::kCompareAndSet; }
  std::chrono::milliseconds lease() const override { return std::max(own_lease_, told_lease_); }
  std::string describe() const override;

 private:
  struct Found {
    StampedRecord stamped;
    std::int64_t revision = 0;  // of the record; 0: there is none
    bool is_alive = false;      // the holder's key is there
    std::int64_t alive_lease = 0;
    std::int64_t raft_term = 0;
    std::vector<Standby> standbys;
    std::optional<std::int64_t> told_at;
  };

  Result<Found> find();
  Result<Found> findAfterKeepAlive();
  Result<Found> foundIn(const EtcdValues& values, std::optional<std::int64_t> told_at) const;
  Witnessed told(const Found& found);
  Result<void> ensureLease();
  Result<Witnessed> announceAlive(const Found& found);
  std::string transaction(const Witnessed& seen,
                          const WitnessRecord& wanted,
                          const StampedRecord& stamped) const;
  Result<Witnessed> afterTransaction(const EtcdAnswer& answer,
                                     const Witnessed& seen,
                                     const StampedRecord& written);

  std::unique_ptr<EtcdClient> client_;
  EtcdWitnessOptions options_;
  std::string prefix_;
  std::chrono::milliseconds own_lease_;
  std::chrono::milliseconds told_lease_{0};
  std::int64_t lease_id_ = 0;  // 0: none is known to be good
};

}  // namespace tandem::pair::witness
