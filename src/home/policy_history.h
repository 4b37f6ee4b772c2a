// SPDX-License-Identifier: Apache-2.0
//
// What the policy was, who changed it and when: a file a version in policy.history/ of the home
// folder. A version is written before policy.json is; one that was edited by hand is recorded with
// the next change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace tandem::home {

struct PolicyEdit {
  std::string who;
  std::string what;     // "scheduler set": the command
  std::int64_t at = 0;  // seconds since 1970
};

struct PolicyVersion {
  std::int64_t number = 0;  // from 1
  PolicyEdit edit;          // who is empty: by hand, or as it was set up
  std::string digest;       // of the policy; 32 hexadecimal digits
};

class PolicyHistory {
 public:
  static constexpr std::size_t kVersionsMax = 1000;  // the oldest go

  explicit PolicyHistory(std::string folder) : folder_(std::move(folder)) {}

  // The newest first. Files that are no versions are passed over.
  Result<std::vector<PolicyVersion>> list() const;
  // The policy's text. kNotFound: there is no such version.
  Result<std::string> policyOf(std::int64_t number) const;
  // present: what is in force so far, recorded too when it is not the last version; empty: nothing.
  Result<void> record(const std::string& present, const std::string& next, const PolicyEdit& edit);

 private:
  Result<void> write(std::int64_t number, const std::string& policy, const PolicyEdit& edit) const;
  std::string pathOf(std::int64_t number) const;
  std::vector<std::int64_t> numbers() const;  // ascending

  std::string folder_;
};

}  // namespace tandem::home
