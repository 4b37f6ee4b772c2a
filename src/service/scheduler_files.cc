// SPDX-License-Identifier: Apache-2.0
#include "service/scheduler_files.h"

#include <nlohmann/json.hpp>

#include "platform/file_lock.h"
#include "platform/files.h"

namespace tandem::service {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kFileMax = 64 * 1024;
constexpr unsigned kPrivate = 0600;

std::string ownPath(const home::Home& home) {
  return home.resolve("scheduler.json");
}

std::string nextPath(const home::Home& home) {
  return home.stateFolder() + "/next_cycle.json";
}

Json parse(const std::string& text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

Result<OwnSchedule> readOwnSchedule(const home::Home& home) {
  if (!platform::fileExists(ownPath(home))) return OwnSchedule{};
  const Json json = parse(TRY(platform::readFile(ownPath(home), kFileMax)));
  const auto suspended = json.is_object() ? json.find("suspended") : json.end();
  if (!json.is_object() || suspended == json.end() || !suspended->is_boolean()) {
    return Error(ErrorCode::kCorruption,
                 ownPath(home) +
                     " cannot be read; 'tandem scheduler set --suspended false' writes "
                     "it anew");
  }
  return OwnSchedule{suspended->get<bool>()};
}

Result<void> writeOwnSchedule(const home::Home& home, const OwnSchedule& own) {
  const Json json{{"suspended", own.suspended}};
  return platform::writeFileDurably(ownPath(home), json.dump(2) + "\n", kPrivate);
}

std::optional<NextCycle> readNextCycle(const home::Home& home) {
  const Result<std::string> text = platform::readFile(nextPath(home), kFileMax);
  if (!text.ok()) return std::nullopt;
  const Json json = parse(text.value());
  if (!json.is_object() || !json.contains("writtenAt") || !json["writtenAt"].is_number_integer())
    return std::nullopt;
  NextCycle next;
  next.written_at = json["writtenAt"].get<std::int64_t>();
  const auto starts = json.find("startsAt");
  if (starts != json.end() && starts->is_number_integer())
    next.starts_at = starts->get<std::int64_t>();
  const auto running = json.find("inProgress");
  next.in_progress = running != json.end() && running->is_boolean() && running->get<bool>();
  return next;
}

Result<void> writeNextCycle(const home::Home& home, const NextCycle& next) {
  Json json{
      {"writtenAt", next.written_at}, {"startsAt", nullptr}, {"inProgress", next.in_progress}};
  if (next.starts_at) json["startsAt"] = *next.starts_at;
  TRY(platform::makeFolder(home.stateFolder(), 0700));
  return platform::writeFileDurably(nextPath(home), json.dump(2) + "\n", kPrivate);
}

std::string serveLockPath(const std::string& home_folder) {
  return home_folder + "/serve.lock";
}

bool isServing(const home::Home& home) {
  return platform::FileLock::isHeld(serveLockPath(home.folder()));
}

}  // namespace tandem::service
