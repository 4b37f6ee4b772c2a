// SPDX-License-Identifier: Apache-2.0
#include "home/policy_history.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/text.h"
#include "platform/files.h"

namespace tandem::home {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kVersionLimit = 64 * 1024 * 1024;  // bytes
constexpr unsigned kPrivateFolder = 0700;
constexpr unsigned kPrivateFile = 0600;

std::string digestOf(const std::string& policy) {
  return toHex(hash128(policy).bytes());
}

}  // namespace

std::string PolicyHistory::pathOf(std::int64_t number) const {
  return fmt::format("{}/{:06}.json", folder_, number);
}

std::vector<std::int64_t> PolicyHistory::numbers() const {
  std::vector<std::int64_t> numbers;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    if (entry.path().extension() != ".json") continue;
    if (const auto number = parseInteger(entry.path().stem().string())) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Result<std::vector<PolicyVersion>> PolicyHistory::list() const {
  std::vector<PolicyVersion> versions;
  const std::vector<std::int64_t> known = numbers();
  for (auto number = known.rbegin(); number != known.rend(); ++number) {
    const std::string text = TRY(platform::readFile(pathOf(*number), kVersionLimit));
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) continue;
    versions.push_back(
        {*number,
         {json.value("who", ""), json.value("what", ""), json.value("at", std::int64_t{0})},
         json.value("digest", "")});
  }
  return versions;
}

Result<std::string> PolicyHistory::policyOf(std::int64_t number) const {
  const Result<std::string> text = platform::readFile(pathOf(number), kVersionLimit);
  if (!text.ok()) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("there is no version {}: 'tandem policy history' lists them", number));
  }
  const Json json = Json::parse(text.value(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("policy") || !json["policy"].is_string()) {
    return Error(ErrorCode::kCorruption, fmt::format("{} is damaged", pathOf(number)));
  }
  return json["policy"].get<std::string>();
}

Result<void> PolicyHistory::write(std::int64_t number,
                                  const std::string& policy,
                                  const PolicyEdit& edit) const {
  const Json json{{"who", edit.who},
                  {"what", edit.what},
                  {"at", edit.at},
                  {"digest", digestOf(policy)},
                  {"policy", policy}};
  return platform::writeFileDurably(pathOf(number), json.dump(1) + "\n", kPrivateFile);
}

Result<void> PolicyHistory::record(const std::string& present,
                                   const std::string& next,
                                   const PolicyEdit& edit) {
  TRY(platform::makeFolder(folder_, kPrivateFolder));
  const std::vector<PolicyVersion> known = TRY(list());
  std::int64_t last = known.empty() ? 0 : known.front().number;
  const bool is_known = !known.empty() && known.front().digest == digestOf(present);
  if (!present.empty() && !is_known) {
    TRY(write(++last, present, {"", known.empty() ? "as it was set up" : "by hand", edit.at}));
  }
  TRY(write(++last, next, edit));
  std::vector<std::int64_t> all = numbers();
  std::error_code ignored;
  for (std::size_t i = 0; i + kVersionsMax < all.size(); ++i)
    std::filesystem::remove(pathOf(all[i]), ignored);
  return {};
}

}  // namespace tandem::home
