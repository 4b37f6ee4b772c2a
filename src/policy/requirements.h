// SPDX-License-Identifier: Apache-2.0
//
// What a policy needs beside itself. It names secrets and files and holds neither, so whoever
// brings it to another server has to bring these too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy_document.h"

namespace tandem::policy {

struct RequiredSecret {
  std::string name;
  std::string connector;  // that uses it; several use one: the first
  std::string purpose;    // "the password of tandem@corp.example.com"
};

enum class FileKind : std::uint8_t {
  kAuthorities,   // public: certificates of who may vouch for a server
  kCertificate,   // public: the application's own
  kKeytab,        // as good as a password
  kSourceFolder,  // the LDIF files themselves
};
inline constexpr std::array kFileKinds{Word{"authorities", FileKind::kAuthorities},
                                       Word{"certificate", FileKind::kCertificate},
                                       Word{"keytab", FileKind::kKeytab},
                                       Word{"sourceFolder", FileKind::kSourceFolder}};

struct RequiredFile {
  std::string path;  // as written: relative ones start at the home folder
  std::string connector;
  FileKind kind = FileKind::kAuthorities;
  std::string purpose;  // "the authorities that vouch for dc1.corp.example.com"
};

// Sorted by name, once each.
std::vector<RequiredSecret> requiredSecrets(const PolicyDocument& document);
// In the order of the connectors.
std::vector<RequiredFile> requiredFiles(const PolicyDocument& document);

}  // namespace tandem::policy
