// SPDX-License-Identifier: Apache-2.0
//
// Requests to etcd's JSON gateway: one member after the other until one answers, each for a moment
// only. Every request may be repeated by nature (reads, keep-alives, grants that nobody uses run
// out) or is made so by who writes it (transactions that compare).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pair/witness/etcd_answers.h"
#include "platform/http_client.h"

namespace tandem::pair::witness {

struct EtcdSettings {
  std::vector<std::string> endpoints;  // "https://a.example:2379"
  std::string ca_file;                 // PEM; empty: the system's
  std::string certificate_file;        // PEM, with key_file: ours, where etcd asks for one
  std::string key_file;
  std::string user;  // empty: etcd has no authentication
  std::string password;
  std::chrono::milliseconds request_timeout{2'500};
};

struct EtcdAnswer {
  int status = 0;
  std::string body;
  EtcdFailure failure;                  // unless the status is 200
  std::optional<std::int64_t> told_at;  // the Date header
};

class EtcdClient {
 public:
  static Result<std::unique_ptr<EtcdClient>> open(EtcdSettings settings);
  EtcdClient(EtcdSettings settings, std::unique_ptr<platform::HttpClient> http);

  const EtcdSettings& settings() const { return settings_; }
  // POST of a JSON body to "/v3/…". An answer of etcd: 200, or a refusal that other members would
  // give as well. kUnavailable when no member answers, with the last one's reason.
  Result<EtcdAnswer> call(const std::string& path, const std::string& body);

 private:
  struct Attempt {
    std::optional<EtcdAnswer> answer;
    std::string reason;  // why there is none
  };
  Attempt ask(const std::string& endpoint, const std::string& path, const std::string& body);
  Result<EtcdAnswer> callEach(const std::string& path, const std::string& body);
  Result<void> signIn();

  EtcdSettings settings_;
  std::unique_ptr<platform::HttpClient> http_;
  std::size_t good_ = 0;  // the member that answered last
  std::string token_;
};

}  // namespace tandem::pair::witness
