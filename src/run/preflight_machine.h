// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/test_finding.h"
#include "home/home.h"
#include "platform/machine.h"
#include "policy/policy_document.h"

namespace tandem::run {

using connectors::TestFinding;

// Tandem's own version and those of the libraries that it has loaded.
std::vector<TestFinding> checkVersions();
// Secrets, key and keytabs are for this user alone.
std::vector<TestFinding> checkFileModes(const home::Home& home);
std::vector<TestFinding> checkSecretsSet(const home::Home& home,
                                         const policy::PolicyDocument& policy);
// Files that the policy names.
std::vector<TestFinding> checkFiles(const home::Home& home, const policy::PolicyDocument& policy);
// Disk and memory, for so many objects in the largest directory.
std::vector<TestFinding> checkSpace(const home::Home& home, std::optional<std::uint64_t> objects);

// The decisions of the above, without a machine.
TestFinding judgeMode(const std::string& path, unsigned mode);
TestFinding judgeDisk(const std::string& folder,
                      const platform::DiskSpace& space,
                      std::uint64_t held,
                      std::optional<std::uint64_t> objects);
TestFinding judgeMemory(const platform::Memory& memory);
std::string sizeText(std::uint64_t bytes);  // "1.4 GB"

}  // namespace tandem::run
