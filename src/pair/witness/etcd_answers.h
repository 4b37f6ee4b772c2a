// SPDX-License-Identifier: Apache-2.0
//
// What etcd's JSON gateway (v3) answers. Numbers of 64 bits come as texts, keys and values as
// base64, and members with the value zero are left out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::pair::witness {

struct EtcdHeader {
  std::int64_t revision = 0;
  std::int64_t raft_term = 0;
};

struct EtcdValue {
  std::string value;
  std::int64_t mod_revision = 0;
  std::int64_t lease = 0;
};

// Of a range, or of the one range in a transaction that failed.
struct EtcdValues {
  EtcdHeader header;
  bool succeeded = true;
  std::map<std::string, EtcdValue, std::less<>> values;  // by key
};

struct EtcdLease {
  EtcdHeader header;
  std::int64_t id = 0;
  std::int64_t ttl_seconds = 0;  // 0: there is no such lease (any more)
};

struct EtcdFailure {
  std::int64_t code = 0;  // of gRPC; 0: this is no answer of etcd
  std::string message;
};

// nullopt: something that is no such answer, or only a part of one.
std::optional<EtcdValues> parseEtcdRange(std::string_view body);
std::optional<EtcdValues> parseEtcdTransaction(std::string_view body);
std::optional<EtcdLease> parseEtcdGrant(std::string_view body);
std::optional<EtcdLease> parseEtcdKeepAlive(std::string_view body);
std::optional<std::string> parseEtcdToken(std::string_view body);
EtcdFailure parseEtcdFailure(std::string_view body);

}  // namespace tandem::pair::witness
