// SPDX-License-Identifier: Apache-2.0
#include "cli/canary_result.h"

#include <nlohmann/json.hpp>

#include "platform/files.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFileMax = 1024 * 1024;

std::string resultPath(const home::Home& home) {
  return home.stateFolder() + "/canary_result.json";
}

}  // namespace

std::optional<CanaryResult> readCanaryResult(const home::Home& home) {
  const Result<std::string> text = platform::readFile(resultPath(home), kFileMax);
  if (!text.ok()) return std::nullopt;
  const Json json = Json::parse(text.value(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  try {
    return CanaryResult{json.value("at", std::int64_t{0}),
                        json.value("passed", false),
                        json.value("seconds", 0.0),
                        json.value("user", ""),
                        json.value("cause", ""),
                        json.value("next", "")};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

Result<void> writeCanaryResult(const home::Home& home, const CanaryResult& result) {
  const Json json{{"at", result.at},
                  {"passed", result.passed},
                  {"seconds", result.seconds},
                  {"user", result.user},
                  {"cause", result.cause},
                  {"next", result.next}};
  TRY(platform::makeFolder(home.stateFolder(), 0700));
  return platform::writeFileDurably(
      resultPath(home), json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", 0600);
}

}  // namespace tandem::cli
