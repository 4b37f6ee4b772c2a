// SPDX-License-Identifier: Apache-2.0
#include "web/operations.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/time_text.h"

namespace tandem::web {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kKept = 100;         // operations
constexpr std::size_t kEventsKept = 5000;  // of one operation; the oldest go
constexpr std::chrono::milliseconds kProgressInterval{250};

std::string oneLine(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

struct Operation final : public OperationLog {
  std::string id;
  OperationPlan plan;
  const platform::Clock* clock = nullptr;
  std::int64_t started_at = 0;  // seconds since 1970
  std::atomic<bool> is_cancelled{false};

  mutable std::mutex mutex;  // of all below
  std::int64_t ended_at = 0;
  std::string state = "running";
  CommandOutcome outcome;
  std::deque<OperationEvent> events;
  std::int64_t last_event = 0;
  std::optional<platform::MonotonicTime> last_progress;
  std::string last_what;
  std::thread thread;

  void note(std::string_view text) override {
    const std::lock_guard lock(mutex);
    add("note", {{"text", text}});
  }
  void progress(std::string_view what, std::int64_t done, std::int64_t total) override {
    const std::lock_guard lock(mutex);
    const platform::MonotonicTime now = clock->monotonicNow();
    const bool is_same = last_progress && what == last_what;
    if (is_same && now - *last_progress < kProgressInterval && done != total) return;
    last_progress = now;
    last_what = std::string(what);
    // Only where it stands now is of interest to who comes later.
    if (!events.empty() && events.back().kind == "progress" && is_same) events.pop_back();
    add("progress", {{"text", what}, {"done", done}, {"total", total}});
  }
  const std::atomic<bool>* cancel() const override { return &is_cancelled; }

  void add(std::string kind, const Json& data) {
    events.push_back({++last_event, std::move(kind), oneLine(data)});
    if (events.size() > kEventsKept) events.pop_front();
  }

  Json json() const {
    Json json{{"id", id},
              {"act", plan.act},
              {"title", plan.title},
              {"startedBy", plan.started_by},
              {"startedAt", formatUtc(started_at)},
              {"endedAt", ended_at == 0 ? Json(nullptr) : Json(formatUtc(ended_at))},
              {"state", state},
              {"exitCode", ended_at == 0 ? Json(nullptr) : Json(static_cast<int>(outcome.code))},
              {"events", events.size()},   // that can be read
              {"lastEvent", last_event}};  // its number: a stream goes on behind it
    Json result = Json::parse(outcome.document, nullptr, /*allow_exceptions=*/false);
    json["result"] = result.is_discarded() ? Json(nullptr) : std::move(result);
    json["error"] = outcome.isDone()
                        ? Json(nullptr)
                        : Json{{"code", outcome.error_code}, {"message", outcome.error}};
    return json;
  }
};

namespace {

std::string_view stateOf(const Operation& operation, const CommandOutcome& outcome) {
  if (operation.is_cancelled && outcome.code != cli::ExitCode::kDone) return "cancelled";
  switch (outcome.code) {
    case cli::ExitCode::kDone:
      return "done";
    case cli::ExitCode::kStoppedByGuard:
      return "stopped";
    case cli::ExitCode::kFailed:
    case cli::ExitCode::kUsage:
      return "failed";
  }
  return "failed";
}

std::int64_t seconds(const platform::Clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.wallNow().time_since_epoch())
      .count();
}

}  // namespace

Operations::Operations(const platform::Clock& clock, std::function<void()> on_end)
    : clock_(&clock), on_end_(std::move(on_end)) {}

Operations::~Operations() {
  for (const auto& operation : all_)
    operation->is_cancelled = true;
  for (const auto& operation : all_) {
    if (operation->thread.joinable()) operation->thread.join();
  }
}

std::shared_ptr<Operation> Operations::begin(OperationPlan& plan) {
  auto operation = std::make_shared<Operation>();
  operation->id = std::to_string(++last_);
  operation->plan = std::move(plan);
  operation->clock = clock_;
  operation->started_at = seconds(*clock_);
  all_.push_back(operation);
  forgetOld();
  return operation;
}

void Operations::forgetOld() {
  while (all_.size() > kKept) {
    const auto old = std::find_if(all_.begin(), all_.end(), [](const auto& operation) {
      const std::lock_guard lock(operation->mutex);
      return operation->ended_at != 0;
    });
    if (old == all_.end()) return;
    if ((*old)->thread.joinable()) (*old)->thread.join();  // it has nothing left to do
    all_.erase(old);
  }
}

Result<std::string> Operations::start(OperationPlan plan) {
  const std::lock_guard lock(mutex_);
  for (const auto& other : all_) {
    const std::lock_guard other_lock(other->mutex);
    if (!plan.needs_home || !other->plan.needs_home || other->ended_at != 0) continue;
    return Error(ErrorCode::kConflict,
                 fmt::format("\"{}\" of {} is still at work: wait until it ends, or cancel it",
                             other->plan.title,
                             other->plan.started_by));
  }
  const std::shared_ptr<Operation> operation = begin(plan);
  operation->thread =
      std::thread([this, operation] { finish(*operation, operation->plan.work(*operation)); });
  return operation->id;
}

CommandOutcome Operations::runHere(OperationPlan plan) {
  std::shared_ptr<Operation> operation;
  {
    const std::lock_guard lock(mutex_);
    operation = begin(plan);
  }
  CommandOutcome outcome = operation->plan.work(*operation);
  finish(*operation, outcome);
  return outcome;
}

void Operations::finish(Operation& operation, CommandOutcome outcome) {
  if (on_end_) on_end_();
  const std::lock_guard lock(operation.mutex);
  operation.state = stateOf(operation, outcome);
  operation.outcome = std::move(outcome);
  operation.plan.work = nullptr;  // lets go of the files that it had
  operation.ended_at = seconds(*clock_);
  Json end = operation.json();
  end["events"] = std::min(operation.events.size() + 1, kEventsKept);  // with this one
  end["lastEvent"] = operation.last_event + 1;
  operation.add("end", end);
}

std::shared_ptr<Operation> Operations::get(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& operation : all_) {
    if (operation->id == id) return operation;
  }
  return nullptr;
}

Json Operations::list() const {
  std::vector<std::shared_ptr<Operation>> copy;
  {
    const std::lock_guard lock(mutex_);
    copy.assign(all_.rbegin(), all_.rend());
  }
  Json list = Json::array();
  for (const auto& operation : copy) {
    const std::lock_guard lock(operation->mutex);
    Json json = operation->json();
    json.erase("result");  // may be long; asked for by id
    list.push_back(std::move(json));
  }
  return list;
}

namespace {

Error noSuchOperation(std::string_view id) {
  return Error(
      ErrorCode::kNotFound,
      fmt::format("there is no operation {} any more: the last {} are kept, and none over a "
                  "restart; what it did is in the run history",
                  id,
                  kKept));
}

}  // namespace

Result<Json> Operations::find(std::string_view id) const {
  const std::shared_ptr<Operation> operation = get(id);
  if (!operation) return noSuchOperation(id);
  const std::lock_guard lock(operation->mutex);
  return operation->json();
}

Result<Operations::Events> Operations::events(std::string_view id, std::int64_t after) const {
  const std::shared_ptr<Operation> operation = get(id);
  if (!operation) return noSuchOperation(id);
  const std::lock_guard lock(operation->mutex);
  Events events;
  for (const OperationEvent& event : operation->events) {
    if (event.number > after) events.events.push_back(event);
  }
  events.done = operation->ended_at != 0;
  return events;
}

Result<void> Operations::cancel(std::string_view id) {
  const std::shared_ptr<Operation> operation = get(id);
  if (!operation) return noSuchOperation(id);
  operation->is_cancelled = true;
  return {};
}

std::size_t Operations::running() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [](const auto& operation) {
        const std::lock_guard operation_lock(operation->mutex);
        return operation->ended_at == 0;
      }));
}

}  // namespace tandem::web
