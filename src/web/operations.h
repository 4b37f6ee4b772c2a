// SPDX-License-Identifier: Apache-2.0
//
// Work that takes longer than a request: it goes on in a thread of its own, and whoever wants to
// know how far it has come follows its events.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "platform/clock.h"
#include "web/command_call.h"

namespace tandem::web {

// What is told while it goes on.
class OperationLog {
 public:
  virtual ~OperationLog() = default;
  virtual void note(std::string_view text) = 0;  // a line
  virtual void progress(std::string_view what, std::int64_t done, std::int64_t total) = 0;
  virtual const std::atomic<bool>* cancel() const = 0;
};

struct OperationPlan {
  std::string act;    // "cycle", "swap": the command
  std::string title;  // "Delta cycle", for people
  std::string started_by;
  bool needs_home = true;  // one such at a time
  std::function<CommandOutcome(OperationLog& log)> work;
};

struct OperationEvent {
  std::int64_t number = 0;  // counted from 1
  std::string kind;         // "note", "progress", "end"
  std::string data;         // JSON on one line
};

struct Operation;

class Operations {
 public:
  // on_end: called when one has ended, before it says so.
  explicit Operations(const platform::Clock& clock, std::function<void()> on_end = nullptr);
  // Cancels what goes on and waits for it.
  ~Operations();
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  // The id. kConflict when another one needs the home.
  Result<std::string> start(OperationPlan plan);
  // The same in the caller's thread: what the service does by itself can be followed as well.
  CommandOutcome runHere(OperationPlan plan);

  nlohmann::ordered_json list() const;  // the newest first
  Result<nlohmann::ordered_json> find(std::string_view id) const;
  // Behind that number; done: there will be no more.
  struct Events {
    std::vector<OperationEvent> events;
    bool done = false;
  };
  Result<Events> events(std::string_view id, std::int64_t after) const;
  Result<void> cancel(std::string_view id);
  std::size_t running() const;

 private:
  std::shared_ptr<Operation> begin(OperationPlan& plan);
  void finish(Operation& operation, CommandOutcome outcome);
  void forgetOld();
  std::shared_ptr<Operation> get(std::string_view id) const;

  const platform::Clock* clock_;
  std::function<void()> on_end_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<Operation>> all_;  // the oldest first
  std::int64_t last_ = 0;
};

}  // namespace tandem::web
