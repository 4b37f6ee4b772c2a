// SPDX-License-Identifier: Apache-2.0
//
// Keeps many JSON batches of 20 requests in flight until a queue of operations is empty. Knows all
// about waiting (Retry-After of each request, backoff, the window, an expired token, lost answers)
// and nothing about what the operations mean: their owner writes each request when its batch is
// assembled and judges each answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/export_grant.h"
#include "connectors/graph/concurrency_window.h"
#include "connectors/graph/graph_failure.h"
#include "connectors/graph/graph_session.h"
#include "connectors/graph/json_reading.h"
#include "connectors/graph/json_text.h"

namespace tandem::connectors::graph {

struct Operation {
  std::uint32_t subject = 0;  // what it is about, in its owner's numbers
  std::uint32_t first = 0;    // for operations on a part of the subject
  std::uint16_t count = 0;
  std::uint8_t kind = 0;       // the owner's enum
  std::uint8_t failures = 0;   // 5xx, conflicts, lost answers
  std::uint8_t throttles = 0;  // 429
  std::uint8_t not_found = 0;  // waits for replication
  bool is_write = false;       // a lost answer may mean that it has happened
  bool may_have_happened = false;
};

// One answer inside a batch, valid during the call.
struct InnerAnswer {
  int status = 0;
  std::optional<JsonElement> body;
  GraphFailure failure() const;
  bool ok() const { return status >= 200 && status < 300; }
};

enum class Verdict : std::uint8_t {
  kDone,           // the owner has drawn its conclusions
  kAgain,          // the same once more, after a backoff; then kGaveUp
  kAgainNotFound,  // an object just made is not there yet: a longer patience
};

class BatchOwner {
 public:
  virtual ~BatchOwner() = default;
  // Writes "method", "url" and what else a batch entry has.
  virtual void write(const Operation& operation, JsonText& out) = 0;
  // Every answer but throttling, 5xx and 401, which the pipeline repeats by itself.
  virtual Verdict answered(const Operation& operation, const InnerAnswer& answer) = 0;
  // It has failed too often; this is the last answer.
  virtual void gaveUp(const Operation& operation, const GraphFailure& failure) = 0;
  // The answer was lost, so the write may have happened. True: send it again as it is.
  virtual bool resendLost(const Operation& operation) = 0;
};

class BatchPipeline {
 public:
  BatchPipeline(GraphSession& session, BatchOwner& owner, ConcurrencyWindow& window);
  ~BatchPipeline();
  BatchPipeline(const BatchPipeline&) = delete;
  BatchPipeline& operator=(const BatchPipeline&) = delete;

  // For an export: nothing is sent without this grant, which must outlive the pipeline. When it is
  // gone, run() ends with kStoppedByGuard once what is in flight has been answered.
  void writeUnder(const ExportGrant& grant) { grant_ = &grant; }

  void add(const Operation& operation) { ready_.push_back(operation); }
  void addLater(const Operation& operation, std::chrono::milliseconds delay);
  // Until nothing is queued or in flight. An error: the tenant cannot be used at all; operations
  // that have no answer then may or may not have happened.
  Result<void> run(const Cancelled& cancelled);
  // Ends run() with this error once what is in flight has been answered.
  void stop(Error error);

 private:
  struct Batch {
    std::vector<Operation> operations;  // a request's id in the batch is its position
  };

  void sendReady();
  bool sendBatch(std::size_t count);
  bool maySend();
  void onAnswer(std::uint64_t number, platform::HttpAnswer answer);
  void onResponse(Batch& batch, const platform::HttpResponse& response);
  bool readAnswers(Batch& batch, const platform::HttpResponse& response);
  void judge(Operation operation, const InnerAnswer& answer, std::chrono::milliseconds wait);
  void again(Operation operation, const InnerAnswer& answer, Verdict verdict);
  void throttled(Operation operation, const InnerAnswer& answer, std::chrono::milliseconds wait);
  void retryAll(const Batch& batch, int status, std::chrono::milliseconds wait);
  void onLost(const Batch& batch, const Error& reason, bool may_have_happened);
  void onTokenRefused();
  void pauseFor(std::chrono::milliseconds duration);
  void releaseDue();
  std::chrono::milliseconds pollTime() const;

  GraphSession& session_;
  BatchOwner& owner_;
  ConcurrencyWindow& window_;
  std::deque<Operation> ready_;
  std::multimap<platform::MonotonicTime, Operation> later_;
  std::map<std::uint64_t, Batch> in_flight_;
  std::map<std::uint64_t, platform::HttpRequestId> requests_;
  std::uint64_t last_batch_ = 0;
  platform::MonotonicTime paused_until_{};
  int tokens_refused_ = 0;  // in a row
  std::optional<Error> stopped_;
  const ExportGrant* grant_ = nullptr;  // null: an import, which only reads
  simdjson::dom::parser parser_;
};

}  // namespace tandem::connectors::graph
