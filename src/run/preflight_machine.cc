// SPDX-License-Identifier: Apache-2.0
#include "run/preflight_machine.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "connectors/ldap/test_connection.h"
#include "platform/files.h"
#include "platform/tls_probe.h"
#include "policy/requirements.h"
#include "store/database.h"

namespace tandem::run {
namespace {

constexpr std::uint64_t kMegabyte = 1000 * 1000;
constexpr std::uint64_t kGigabyte = 1000 * kMegabyte;
// An invented organisation takes 2 KB an object and connector space. Real objects are larger
// (certificates, many addresses), and a long transaction writes its log beside the store.
constexpr std::uint64_t kBytesAnObject = 8000;
constexpr std::uint64_t kLeastDisk = 2 * kGigabyte;  // when nothing is known
constexpr std::uint64_t kWarnMemory = 1 * kGigabyte;
constexpr std::uint64_t kLeastMemory = 256 * kMegabyte;
// A group may read: systemd grants its credentials by an ACL, which shows as the group's bits.
constexpr unsigned kTooWide = 0027;

std::uint64_t sizeOf(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<std::uint64_t>(size);
}

}  // namespace

std::string sizeText(std::uint64_t bytes) {
  if (bytes < kGigabyte) return fmt::format("{} MB", bytes / kMegabyte);
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / static_cast<double>(kGigabyte));
}

std::vector<TestFinding> checkVersions() {
  return {TestFinding::ok("versions",
                          fmt::format("Tandem {}, {}, libldap {}, SQLite {}",
                                      TANDEM_VERSION,
                                      platform::tlsLibraryVersion(),
                                      connectors::ldap::libraryVersion(),
                                      store::databaseLibraryVersion()))};
}

TestFinding judgeMode(const std::string& path, unsigned mode) {
  const std::string check = "mode of " + path;
  if ((mode & kTooWide) == 0) return TestFinding::ok(check, fmt::format("{:04o}", mode));
  return TestFinding::refused(
      check,
      fmt::format("it has mode {:04o}: others may read or change it", mode),
      fmt::format("chmod 600 {}; change what is in it if anyone may have read it", path));
}

std::vector<TestFinding> checkFileModes(const home::Home& home) {
  std::vector<TestFinding> findings;
  for (const std::string& path : {home.keyPath(), home.secretsPath()}) {
    const Result<unsigned> mode = platform::fileMode(path);
    if (mode.ok()) {
      findings.push_back(judgeMode(path, mode.value()));
    } else if (path == home.keyPath()) {  // no secrets yet is no fault, no key is one
      findings.push_back(TestFinding::refused("mode of " + path, mode.error().message()));
    }
  }
  const Result<unsigned> folder = platform::fileMode(home.folder());
  if (folder.ok() && (folder.value() & kTooWide) != 0) {
    findings.push_back(TestFinding::warning(
        "mode of " + home.folder(),
        fmt::format("the home folder has mode {:04o}: others may look into it", folder.value()),
        fmt::format("chmod 700 {}", home.folder())));
  }
  return findings;
}

std::vector<TestFinding> checkSecretsSet(const home::Home& home,
                                         const policy::PolicyDocument& policy) {
  const Result<platform::SealedSecrets> secrets = home.secrets();
  if (!secrets.ok()) return {TestFinding::refused("secrets", secrets.error().message())};
  std::vector<TestFinding> findings;
  std::size_t set = 0;
  for (const policy::RequiredSecret& secret : policy::requiredSecrets(policy)) {
    if (secrets.value().has(secret.name)) {
      ++set;
      continue;
    }
    findings.push_back(TestFinding::refused(
        "secret " + secret.name,
        fmt::format("{} ({}) is not set", secret.purpose, secret.connector),
        fmt::format("tandem secret set {} --home {}", secret.name, home.folder())));
  }
  if (findings.empty()) findings.push_back(TestFinding::ok("secrets", fmt::format("{} set", set)));
  return findings;
}

std::vector<TestFinding> checkFiles(const home::Home& home, const policy::PolicyDocument& policy) {
  std::vector<TestFinding> findings;
  for (const policy::RequiredFile& file : policy::requiredFiles(policy)) {
    const std::string path = home.resolve(file.path);
    const Result<unsigned> mode = platform::fileMode(path);
    if (!mode.ok()) {
      findings.push_back(TestFinding::refused(
          "file " + path,
          fmt::format("{}: {}", file.purpose, mode.error().message()),
          "copy it from the server that has it, or correct the path in the policy"));
    } else if (file.kind == policy::FileKind::kKeytab) {
      findings.push_back(judgeMode(path, mode.value()));
    }
  }
  return findings;
}

TestFinding judgeDisk(const std::string& folder,
                      const platform::DiskSpace& space,
                      std::uint64_t held,
                      std::optional<std::uint64_t> objects) {
  std::uint64_t wanted = objects ? std::max(*objects * kBytesAnObject, kLeastDisk / 4) : kLeastDisk;
  const std::string why = objects ? fmt::format("for {} objects", *objects)
                                  : "as long as the size of the directories is not known";
  wanted -= std::min(wanted, held);  // what the store has taken already is not needed again
  const std::string detail =
      fmt::format("{} of {} are free at {}; the store needs about {} more {}",
                  sizeText(space.available),
                  sizeText(space.total),
                  folder,
                  sizeText(wanted),
                  why);
  const std::string next =
      "free some space, or put the home folder (or the store: server.toml, "
      "[store]) on a larger file system";
  if (space.available < wanted) return TestFinding::refused("disk", detail, next);
  if (space.available < wanted * 2) return TestFinding::warning("disk", detail, next);
  return TestFinding::ok("disk", detail);
}

TestFinding judgeMemory(const platform::Memory& memory) {
  const std::string detail =
      fmt::format("{} of {} are available", sizeText(memory.available), sizeText(memory.total));
  const std::string next = "give this server more memory, or stop what else runs on it";
  if (memory.available < kLeastMemory) return TestFinding::refused("memory", detail, next);
  if (memory.available < kWarnMemory) return TestFinding::warning("memory", detail, next);
  return TestFinding::ok("memory", detail);
}

std::vector<TestFinding> checkSpace(const home::Home& home, std::optional<std::uint64_t> objects) {
  std::vector<TestFinding> findings;
  const std::string folder = std::filesystem::path(home.databasePath()).parent_path().string();
  const Result<platform::DiskSpace> space = platform::diskSpace(folder);
  findings.push_back(space.ok()
                         ? judgeDisk(folder, space.value(), sizeOf(home.databasePath()), objects)
                         : TestFinding::warning("disk", space.error().message()));
  const Result<platform::Memory> memory = platform::memory();
  findings.push_back(memory.ok() ? judgeMemory(memory.value())
                                 : TestFinding::warning("memory", memory.error().message()));
  return findings;
}

}  // namespace tandem::run
