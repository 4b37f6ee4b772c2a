// SPDX-License-Identifier: Apache-2.0
#include "access/sign_in_times.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/time_text.h"
#include "platform/files.h"

namespace tandem::access {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFileMax = 1024 * 1024;
constexpr unsigned kPrivate = 0600;
constexpr unsigned kPrivateFolder = 0700;

std::string pathIn(const home::Home& home) {
  return home.stateFolder() + "/sign_ins.json";
}

}  // namespace

SignInTimes SignInTimes::read(const home::Home& home) {
  SignInTimes times;
  const Result<std::string> text = platform::readFile(pathIn(home), kFileMax);
  if (!text.ok()) return times;
  const Json json = Json::parse(text.value(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return times;
  for (const auto& [name, at] : json.items()) {
    if (at.is_number_integer()) times.times_[name] = at.get<std::int64_t>();
  }
  return times;
}

Result<void> SignInTimes::write(const home::Home& home) const {
  Json json = Json::object();
  for (const auto& [name, at] : times_)
    json[name] = at;
  TRY(platform::makeFolder(home.stateFolder(), kPrivateFolder));
  return platform::writeFileDurably(
      pathIn(home), json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n", kPrivate);
}

void SignInTimes::note(std::string_view name, std::int64_t at) {
  times_[toLowerAscii(name)] = at;
  if (times_.size() <= kNamesMax) return;
  times_.erase(std::min_element(
      times_.begin(), times_.end(), [](auto& a, auto& b) { return a.second < b.second; }));
}

std::int64_t SignInTimes::of(std::string_view name) const {
  const auto found = times_.find(toLowerAscii(name));
  return found == times_.end() ? 0 : found->second;
}

std::string SignInTimes::textOf(std::string_view name) const {
  const std::int64_t at = of(name);
  return at == 0 ? std::string() : formatUtc(at);
}

}  // namespace tandem::access
