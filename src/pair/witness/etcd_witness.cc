// SPDX-License-Identifier: Apache-2.0
#include "pair/witness/etcd_witness.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::pair::witness {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr int kClockTolerancePercent = 5;
constexpr int kTermsMax = 3;  // elections of a leader that one question may meet
constexpr milliseconds kRequestTimeoutMax{2'500};
constexpr milliseconds kRequestTimeoutMin{500};
constexpr std::int64_t kPermissionDenied = 7;  // of gRPC
constexpr std::int64_t kNotFound = 5;
constexpr std::chrono::seconds kIntroduced = std::chrono::hours(24);

Error refusedBy(const EtcdAnswer& answer, std::string_view doing) {
  if (answer.failure.code == kPermissionDenied) {
    return Error(ErrorCode::kPermissionDenied,
                 fmt::format("{}: etcd answers \"{}\"; grant the user of server.toml's [witness] "
                             "to read and write the keys below /tandem/",
                             doing,
                             answer.failure.message));
  }
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("{}: etcd answers {} \"{}\"; are endpoints, certificates and user of "
                           "server.toml's [witness] right?",
                           doing,
                           answer.status,
                           answer.failure.message));
}

Error nonsense() {
  return Error(ErrorCode::kUnavailable,
               "etcd's answer is none of its gateway's (truncated, or a page of a proxy): check "
               "witness.endpoints in server.toml");
}

Error changedMeanwhile() {
  return Error(ErrorCode::kConflict,
               "somebody else has changed who holds the right to write in this moment");
}

Json compare(const std::string& key, const char* target, const char* member, std::int64_t value) {
  return {{"key", toBase64(key)},
          {"target", target},
          {"result", "EQUAL"},
          {member, std::to_string(value)}};
}

Json put(const std::string& key, const std::string& value, std::int64_t lease = 0) {
  Json request{{"key", toBase64(key)}, {"value", toBase64(value)}};
  if (lease != 0) request["lease"] = std::to_string(lease);
  return {{"request_put", std::move(request)}};
}

// All keys below a prefix that ends with '/': up to the next character.
Json rangeOf(const std::string& prefix) {
  std::string end = prefix;
  end.back() = static_cast<char>(end.back() + 1);
  return {{"key", toBase64(prefix)}, {"range_end", toBase64(end)}};
}

bool replacesTheDead(const Witnessed& seen, const WitnessRecord& wanted) {
  return seen.holder_lives == false && !seen.record.holder.empty() && !wanted.holder.empty() &&
         seen.record.holder != wanted.holder;
}

}  // namespace

Result<std::unique_ptr<EtcdWitness>> EtcdWitness::open(EtcdSettings settings,
                                                       EtcdWitnessOptions options) {
  // Of a short lease a member that hangs must not use up everything.
  settings.request_timeout =
      std::clamp(milliseconds(options.lease) / 4, kRequestTimeoutMin, kRequestTimeoutMax);
  std::unique_ptr<EtcdClient> client = TRY(EtcdClient::open(std::move(settings)));
  return std::make_unique<EtcdWitness>(std::move(client), std::move(options));
}

EtcdWitness::EtcdWitness(std::unique_ptr<EtcdClient> client, EtcdWitnessOptions options)
    : client_(std::move(client)),
      options_(std::move(options)),
      prefix_(fmt::format("/tandem/{}/", toLowerAscii(options_.tenant_id))),
      own_lease_(milliseconds(options_.lease) * (100 - kClockTolerancePercent) / 100) {}

std::string EtcdWitness::describe() const {
  return fmt::format("etcd at {}", fmt::join(client_->settings().endpoints, ", "));
}

Result<EtcdWitness::Found> EtcdWitness::foundIn(const EtcdValues& values,
                                                std::optional<std::int64_t> told_at) const {
  Found found;
  found.told_at = told_at;
  found.raft_term = values.header.raft_term;
  const auto record = values.values.find(prefix_ + "record");
  if (record != values.values.end()) {
    found.stamped = TRY(decodeStamped(record->second.value));
    found.revision = record->second.mod_revision;
  }
  const auto alive = values.values.find(prefix_ + "alive");
  if (alive != values.values.end() && alive->second.value == found.stamped.record.holder) {
    found.is_alive = true;
    found.alive_lease = alive->second.lease;
  }
  const std::string standby = prefix_ + "standby/";
  for (const auto& [key, value] : values.values) {
    if (!key.starts_with(standby)) continue;
    Result<std::vector<Standby>> told = decodeStandbys(value.value);
    if (!told.ok()) continue;  // of a later release; nothing depends on it
    for (Standby& one : told.value()) {
      // It has become the active one since.
      if (one.id != found.stamped.record.holder) found.standbys.push_back(std::move(one));
    }
  }
  return found;
}

Result<void> EtcdWitness::introduce(const Standby& standby) {
  const EtcdAnswer granted = TRY(
      client_->call("/v3/lease/grant", Json{{"TTL", std::to_string(kIntroduced.count())}}.dump()));
  const std::optional<EtcdLease> lease = parseEtcdGrant(granted.body);
  if (granted.status != 200 || !lease) return refusedBy(granted, "getting a lease");
  const Json body{
      {"compare", Json::array()},
      {"success", {put(prefix_ + "standby/" + standby.id, encodeStandbys({standby}), lease->id)}}};
  const EtcdAnswer answer =
      TRY(client_->call("/v3/kv/txn", body.dump(-1, ' ', false, Json::error_handler_t::replace)));
  if (answer.status != 200) return refusedBy(answer, "introducing this server");
  return {};
}

Result<EtcdWitness::Found> EtcdWitness::find() {
  // A range is linearizable unless asked not to be: it has seen everything that was done before.
  const EtcdAnswer answer = TRY(client_->call("/v3/kv/range", rangeOf(prefix_).dump()));
  if (answer.status != 200) return refusedBy(answer, "reading who holds the right to write");
  const std::optional<EtcdValues> values = parseEtcdRange(answer.body);
  if (!values) return nonsense();
  return foundIn(*values, answer.told_at);
}

Witnessed EtcdWitness::told(const Found& found) {
  const WitnessRecord& record = found.stamped.record;
  told_lease_ = record.holder.empty() ? milliseconds(0) : found.stamped.lease;
  Witnessed witnessed;
  witnessed.record = record;
  witnessed.version = std::to_string(found.revision);
  if (!record.holder.empty()) witnessed.holder_lives = found.is_alive;
  witnessed.told_at = found.told_at;
  witnessed.standbys = found.standbys;
  return witnessed;
}

Result<Witnessed> EtcdWitness::read() {
  return told(TRY(find()));
}

// A leader that has just lost the others may acknowledge a keep-alive that they never hear of. The
// reading cannot be answered like that, and one of the same term shows that the leader was none of
// those.
Result<EtcdWitness::Found> EtcdWitness::findAfterKeepAlive() {
  for (int attempt = 1; attempt <= kTermsMax; ++attempt) {
    std::int64_t term = 0;
    if (lease_id_ != 0) {
      const EtcdAnswer answer =
          TRY(client_->call("/v3/lease/keepalive", Json{{"ID", std::to_string(lease_id_)}}.dump()));
      const bool is_gone = answer.status != 200 && answer.failure.code == kNotFound;
      if (answer.status != 200 && !is_gone) return refusedBy(answer, "keeping the lease alive");
      const std::optional<EtcdLease> lease = parseEtcdKeepAlive(answer.body);
      if (!lease && !is_gone) return nonsense();
      if (!lease || lease->ttl_seconds < options_.lease.count()) lease_id_ = 0;
      term = lease ? lease->header.raft_term : 0;
    }
    Found found = TRY(find());
    if (lease_id_ == 0 || found.raft_term == term) return found;
  }
  return Error(ErrorCode::kUnavailable,
               "etcd changes its leader again and again: check the network between its members");
}

Result<Witnessed> EtcdWitness::renew() {
  const Found found = TRY(findAfterKeepAlive());
  const bool is_mine = found.stamped.record.holder == options_.server_id;
  if (!is_mine || (found.is_alive && lease_id_ != 0 && found.alive_lease == lease_id_)) {
    return told(found);
  }
  return announceAlive(found);
}

Result<void> EtcdWitness::ensureLease() {
  if (lease_id_ != 0) return {};
  const EtcdAnswer answer = TRY(client_->call(
      "/v3/lease/grant", Json{{"TTL", std::to_string(options_.lease.count())}}.dump()));
  if (answer.status != 200) return refusedBy(answer, "getting a lease");
  const std::optional<EtcdLease> lease = parseEtcdGrant(answer.body);
  if (!lease) return nonsense();
  if (lease->ttl_seconds < options_.lease.count()) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("etcd grants a lease of {} s instead of {} s: raise "
                             "witness.lease_seconds in server.toml",
                             lease->ttl_seconds,
                             options_.lease.count()));
  }
  lease_id_ = lease->id;
  return {};
}

// The record says that we hold the right, but our lease in etcd ran out, or is that of an earlier
// process of ours. As long as nobody has replaced the record we may go on.
Result<Witnessed> EtcdWitness::announceAlive(const Found& found) {
  TRY(ensureLease());
  const Json body{{"compare", {compare(prefix_ + "record", "MOD", "mod_revision", found.revision)}},
                  {"success", {put(prefix_ + "alive", options_.server_id, lease_id_)}},
                  {"failure", {{{"request_range", rangeOf(prefix_)}}}}};
  const EtcdAnswer answer = TRY(client_->call("/v3/kv/txn", body.dump()));
  if (answer.status != 200) {
    lease_id_ = 0;
    if (answer.failure.code != kNotFound) return refusedBy(answer, "renewing the right to write");
    return Error(ErrorCode::kUnavailable, "the lease in etcd ran out while it was being renewed");
  }
  const std::optional<EtcdValues> values = parseEtcdTransaction(answer.body);
  if (!values) return nonsense();
  if (!values->succeeded) return told(TRY(foundIn(*values, answer.told_at)));
  Found now = found;
  now.is_alive = true;
  now.told_at = answer.told_at;
  return told(now);
}

std::string EtcdWitness::transaction(const Witnessed& seen,
                                     const WitnessRecord& wanted,
                                     const StampedRecord& stamped) const {
  const std::string record = prefix_ + "record";
  const std::string alive = prefix_ + "alive";
  Json compares = Json::array();
  compares.push_back(
      compare(record, "MOD", "mod_revision", parseInteger(seen.version).value_or(-1)));
  if (replacesTheDead(seen, wanted)) compares.push_back(compare(alive, "VERSION", "version", 0));
  Json success = Json::array();
  success.push_back(put(record, encodeStamped(stamped)));
  if (wanted.holder == options_.server_id) {
    success.push_back(put(alive, options_.server_id, lease_id_));
  } else if (wanted.holder.empty()) {
    success.push_back({{"request_delete_range", {{"key", toBase64(alive)}}}});
  }
  const Json body{{"compare", std::move(compares)},
                  {"success", std::move(success)},
                  {"failure", {{{"request_range", rangeOf(prefix_)}}}}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Witnessed> EtcdWitness::replace(const Witnessed& seen, const WitnessRecord& wanted) {
  StampedRecord stamped{wanted, newStamp(), {}};
  stamped.lease = leaseToWrite({seen.record, {}, told_lease_}, wanted, own_lease_);
  const bool is_mine = wanted.holder == options_.server_id;
  for (const bool is_first : {true, false}) {
    // A new lease, because the holder believes the answer for as long as that of a renewal, and one
    // that was kept alive some seconds ago would end before. The old one runs out by itself.
    if (is_mine) lease_id_ = 0;
    if (is_mine) TRY(ensureLease());
    const EtcdAnswer answer = TRY(client_->call("/v3/kv/txn", transaction(seen, wanted, stamped)));
    if (answer.status == 200) return afterTransaction(answer, seen, stamped);
    const bool is_lease_gone = is_mine && answer.failure.code == kNotFound;
    if (!is_lease_gone || !is_first) {
      return refusedBy(answer, "writing who holds the right to write");
    }
  }
  return changedMeanwhile();
}

Result<Witnessed> EtcdWitness::afterTransaction(const EtcdAnswer& answer,
                                                const Witnessed& seen,
                                                const StampedRecord& written) {
  const std::optional<EtcdValues> values = parseEtcdTransaction(answer.body);
  if (!values) return nonsense();
  Found found;
  if (values->succeeded) {
    found.stamped = TRY(decodeStamped(encodeStamped(written)));  // as it is kept: names are cut
    found.revision = values->header.revision;
    found.told_at = answer.told_at;
    found.is_alive = written.record.holder == options_.server_id || seen.holder_lives == true;
  } else {
    found = TRY(foundIn(*values, answer.told_at));
    // Ours: a member had done it before its answer got lost.
    if (found.stamped.stamp != written.stamp) return changedMeanwhile();
  }
  Witnessed witnessed = told(found);
  if (replacesTheDead(seen, written.record)) witnessed.holder_lives = false;
  return witnessed;
}

}  // namespace tandem::pair::witness
