// SPDX-License-Identifier: Apache-2.0
#include "run/canary_mark.h"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "platform/files.h"

namespace tandem::run {
namespace {

constexpr std::size_t kLimit = 64 * 1024;
constexpr unsigned kPrivateFile = 0600;

std::optional<CanaryMark> parse(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  const auto text = [&json](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  CanaryMark mark{text("connector"), text("dn"), text("attribute"), {}};
  if (mark.connector.empty() || mark.dn.empty()) return std::nullopt;
  const auto before = json.find("before");
  if (before == json.end() || !before->is_array()) return mark;
  for (const nlohmann::json& value : *before) {
    const auto bytes = value.is_string() ? fromHex(value.get<std::string>()) : std::nullopt;
    if (!bytes) return std::nullopt;
    mark.before.push_back(*bytes);
  }
  return mark;
}

}  // namespace

std::string canaryMarkPath(const home::Home& home) {
  return home.stateFolder() + "/canary.json";
}

Result<std::optional<CanaryMark>> readCanaryMark(const home::Home& home) {
  const std::string path = canaryMarkPath(home);
  const Result<std::string> text = platform::readFile(path, kLimit);
  if (!text.ok() && text.error().code() == ErrorCode::kNotFound) {
    return std::optional<CanaryMark>();
  }
  if (!text.ok()) return Error(text.error());
  const auto json = nlohmann::json::parse(text.value(), nullptr, /*allow_exceptions=*/false);
  std::optional<CanaryMark> mark = parse(json);
  if (mark) return mark;
  return Error(
      ErrorCode::kCorruption,
      fmt::format("{} is damaged, so what an earlier canary left behind is not known: look "
                  "for users named tandem-canary in the directory, remove them, and "
                  "delete the file",
                  path));
}

Result<void> writeCanaryMark(const home::Home& home, const CanaryMark& mark) {
  nlohmann::ordered_json before = nlohmann::ordered_json::array();
  for (const std::string& value : mark.before)
    before.push_back(toHex(value));  // any octets, and JSON holds text only
  const nlohmann::ordered_json json{{"connector", mark.connector},
                                    {"dn", mark.dn},
                                    {"attribute", mark.attribute},
                                    {"before", before}};
  TRY(platform::makeFolder(home.stateFolder(), 0700));
  return platform::writeFileDurably(canaryMarkPath(home), json.dump(2) + "\n", kPrivateFile);
}

Result<void> removeCanaryMark(const home::Home& home) {
  std::error_code error;
  std::filesystem::remove(canaryMarkPath(home), error);
  if (!error) return {};
  return platform::systemError(error.value(), "cannot remove", canaryMarkPath(home));
}

}  // namespace tandem::run
