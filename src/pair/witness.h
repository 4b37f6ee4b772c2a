// SPDX-License-Identifier: Apache-2.0
//
// The place outside both servers that says who holds the right to write. Two servers that know
// nothing of each other meet here. docs/internals/pair.md has the protocol,
// docs/adr/0007-witness.md what each kind of witness can promise.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace tandem::pair {

struct WitnessRecord {
  std::uint64_t epoch = 0;  // rises each time the right changes hands; 0: nobody has ever held it
  std::string holder;       // server id; empty: nobody may write
  std::string holder_name;  // host and folder, for people
  std::string successor;    // after a planned release: the only one that may claim without a wait
  std::uint64_t generation = 0;      // rises with each export of the holder
  std::int64_t since = 0;            // seconds since 1970: when the holder took the right
  std::string policy_digest;         // of the holder's policy; see PeerReport
  std::string source_anchor;         // of the tenant; a new server takes it from here
  std::vector<std::string> retired;  // server ids that may never hold the right again

  friend bool operator==(const WitnessRecord&, const WitnessRecord&) = default;
};

// A JSON object with only the members that have a value; what it does not know it drops.
std::string encodeRecord(const WitnessRecord& record);
// kCorruption for what is no record.
Result<WitnessRecord> decodeRecord(std::string_view json);

// A server in staging, as it told the witness of itself.
struct Standby {
  std::string id;
  std::string name;           // host and folder, for people
  std::string policy_digest;  // see PeerReport

  friend bool operator==(const Standby&, const Standby&) = default;
};

// JSON; kCorruption for what is none of these.
std::string encodeStandbys(const std::vector<Standby>& standbys);
Result<std::vector<Standby>> decodeStandbys(std::string_view json);

struct Witnessed {
  WitnessRecord record;
  std::string version;  // the witness's own mark of this state; replace() compares it
  // The holder's lease with the witness itself. absent: this witness keeps none, so whether the
  // holder lives cannot be told.
  std::optional<bool> holder_lives;
  std::optional<std::int64_t> told_at;  // the witness's own time, seconds since 1970
  std::vector<Standby> standbys = {};   // those that introduced themselves in the last day
};

enum class WitnessPromise : std::uint8_t {
  kCompareAndSet,
  // No condition can be put on a write: it is written, given time to settle, and read again.
  kWriteThenVerify
};

// All calls may take as long as a network does, and fail with kUnavailable when it does not answer:
// then nothing is known of what a replace() did.
class Witness {
 public:
  virtual ~Witness() = default;

  virtual Result<Witnessed> read() = 0;
  // Also renews the holder's own lease where the witness keeps one. For the holder.
  virtual Result<Witnessed> renew() { return read(); }
  // kConflict when the record is no longer the one that was seen.
  virtual Result<Witnessed> replace(const Witnessed& seen, const WitnessRecord& wanted) = 0;

  // By a server in staging, so that the active one can say where the two have drifted apart. It
  // never touches the record: a witness that has no other place for it keeps nothing.
  virtual Result<void> introduce(const Standby& standby) {
    static_cast<void>(standby);
    return {};
  }

  virtual WitnessPromise promise() const = 0;
  // How long the holder may believe an answer.
  virtual std::chrono::milliseconds lease() const = 0;
  virtual std::string describe() const = 0;  // "the tenant contoso.onmicrosoft.com"
};

}  // namespace tandem::pair
