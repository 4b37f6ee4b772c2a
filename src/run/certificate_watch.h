// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "home/home.h"
#include "policy/policy_document.h"

namespace tandem::run {

// A certificate on which this server depends.
struct WatchedCertificate {
  std::string name;          // "the console", "the application of entra", "dc1.corp.example.com"
  std::int64_t ends_at = 0;  // seconds since 1970
  std::string next;          // what renews it
};

// From files: the console's own, and those by which the applications sign in to their tenants.
std::vector<WatchedCertificate> certificatesInFiles(const home::Home& home,
                                                    const policy::PolicyDocument& policy);
// Shown by the directories: connects to each that speaks TLS. What cannot be reached is left out.
std::vector<WatchedCertificate> certificatesOfDirectories(const home::Home& home,
                                                          const policy::PolicyDocument& policy);

// What the directories showed last, kept for processes that should not ask them again.
std::vector<WatchedCertificate> readSeenCertificates(const home::Home& home);
Result<void> writeSeenCertificates(const home::Home& home,
                                   const std::vector<WatchedCertificate>& seen);

}  // namespace tandem::run
