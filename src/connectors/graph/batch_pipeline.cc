// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/batch_pipeline.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/graph/graph_failure_json.h"
#include "platform/http_date.h"

namespace tandem::connectors::graph {
namespace {

using std::chrono::milliseconds;

constexpr int kFailuresMax = 6;
constexpr int kThrottlesMax = 200;
constexpr int kNotFoundMax = 12;
constexpr int kTokensRefusedMax = 3;
constexpr milliseconds kPollMax{200};  // how soon a cancellation is noticed

// 250 ms, 500 ms, 1 s, then every 2 s: replicas of a tenant follow each other within seconds.
milliseconds replicationWait(int attempt) {
  return milliseconds(std::min(2000, 250 << std::min(attempt - 1, 3)));
}

bool isHiccup(int status) {
  return status == 408 || status == 424 || status == 500 || (status >= 502 && status <= 504);
}

// Inside a batch the headers are an object; names are compared without case.
milliseconds innerRetryAfter(const JsonElement& response) {
  const std::optional<JsonElement> headers = memberOf(response, "headers");
  JsonObject fields;
  if (!headers || headers->get(fields) != simdjson::SUCCESS) return milliseconds(0);
  for (const auto field : fields) {
    if (!equalsIgnoreCaseAscii(field.key, "Retry-After")) continue;
    std::int64_t seconds = 0;
    if (field.value.get(seconds) != simdjson::SUCCESS) {
      seconds = parseInteger(textOf(field.value).value_or("")).value_or(0);
    }
    return boundedWait(seconds);
  }
  return milliseconds(0);
}

// The position in the batch, from an id that some servers answer as a number.
std::optional<std::size_t> positionOf(const JsonElement& response) {
  const std::optional<JsonElement> id = memberOf(response, "id");
  if (!id) return std::nullopt;
  std::uint64_t number = 0;
  if (id->get(number) == simdjson::SUCCESS) return static_cast<std::size_t>(number);
  const auto parsed = parseInteger(textOf(*id).value_or(""));
  if (!parsed || *parsed < 0) return std::nullopt;
  return static_cast<std::size_t>(*parsed);
}

bool isHopeless(const platform::HttpError& failed) {
  return failed.kind == platform::HttpFailure::kTls ||
         failed.kind == platform::HttpFailure::kBadRequest;
}

}  // namespace

GraphFailure InnerAnswer::failure() const {
  if (body) return readFailure(status, *body);
  GraphFailure bare;
  bare.status = status;
  return bare;
}

BatchPipeline::BatchPipeline(GraphSession& session, BatchOwner& owner, ConcurrencyWindow& window)
    : session_(session), owner_(owner), window_(window) {}

BatchPipeline::~BatchPipeline() {
  for (const auto& [number, request] : requests_)
    session_.http().cancel(request);
}

void BatchPipeline::addLater(const Operation& operation, milliseconds delay) {
  later_.emplace(session_.clock().monotonicNow() + delay, operation);
}

void BatchPipeline::stop(Error error) {
  if (!stopped_) stopped_ = std::move(error);
}

void BatchPipeline::pauseFor(milliseconds duration) {
  paused_until_ = std::max(paused_until_, session_.clock().monotonicNow() + duration);
}

void BatchPipeline::releaseDue() {
  const platform::MonotonicTime now = session_.clock().monotonicNow();
  while (!later_.empty() && later_.begin()->first <= now) {
    ready_.push_back(later_.begin()->second);
    later_.erase(later_.begin());
  }
}

milliseconds BatchPipeline::pollTime() const {
  const platform::MonotonicTime now = session_.clock().monotonicNow();
  platform::MonotonicTime until = now + kPollMax;
  if (!later_.empty()) until = std::min(until, later_.begin()->first);
  if (!ready_.empty() && paused_until_ > now) until = std::min(until, paused_until_);
  return std::max(milliseconds(1), std::chrono::ceil<milliseconds>(until - now));
}

Result<void> BatchPipeline::run(const Cancelled& cancelled) {
  while (!ready_.empty() || !later_.empty() || !in_flight_.empty()) {
    if (!stopped_ && cancelled && cancelled()) {
      stop(Error(ErrorCode::kCancelled, "cancelled; what was sent has been recorded"));
    }
    if (stopped_ && in_flight_.empty()) break;
    if (!stopped_) {
      releaseDue();
      sendReady();
    }
    if (!in_flight_.empty() || !ready_.empty() || !later_.empty()) {
      session_.http().poll(pollTime());
    }
  }
  ready_.clear();
  later_.clear();
  if (!stopped_) return {};
  Error error = std::move(*stopped_);
  stopped_.reset();
  return error;
}

void BatchPipeline::sendReady() {
  const std::size_t full = std::clamp<std::size_t>(session_.settings().batch_size, 1, 20);
  while (!ready_.empty() && in_flight_.size() < window_.size() && !stopped_ &&
         session_.clock().monotonicNow() >= paused_until_) {
    // A batch that is not full waits for company while others are under way, but not for long.
    const bool is_part = ready_.size() < full;
    if (is_part && in_flight_.size() > window_.size() / 4) return;
    if (!sendBatch(std::min(full, ready_.size()))) return;
  }
}

bool BatchPipeline::maySend() {
  if (grant_ == nullptr || grant_->isValid()) return true;
  stop(Error(ErrorCode::kStoppedByGuard,
             "the right to write is gone in the middle of the export: another server has taken it, "
             "or the witness does not answer. What was sent has been recorded; 'tandem status' "
             "says who holds the right, and the next export goes on if it is this server"));
  return false;
}

bool BatchPipeline::sendBatch(std::size_t count) {
  Result<platform::HttpRequest> request = session_.authorized("POST", "/$batch");
  if (!request.ok()) {
    stop(request.error());
    return false;
  }
  // Last, because getting a token takes time.
  if (!maySend()) return false;
  if (grant_ != nullptr) request.value().total_timeout = grant_->requestTimeout();
  // Getting a token polls, and answers that came meanwhile may have changed the queue.
  count = std::min(count, ready_.size());
  if (count == 0) return false;
  Batch batch;
  std::string& body = request.value().body;
  body.reserve(count * 768);
  JsonText json(body);
  json.beginObject().key("requests").beginArray();
  for (std::size_t i = 0; i < count; ++i) {
    batch.operations.push_back(ready_.front());
    ready_.pop_front();
    json.beginObject().key("id").plain({std::string_view(fmt::format_int(i).c_str())});
    owner_.write(batch.operations.back(), json);
    json.endObject();
  }
  json.endArray().endObject();
  request.value().headers.emplace_back("Content-Type", "application/json");
  const std::uint64_t number = ++last_batch_;
  in_flight_.emplace(number, std::move(batch));
  const platform::HttpRequestId id = session_.http().submit(
      std::move(request).value(),
      [this, number](platform::HttpAnswer answer) { onAnswer(number, std::move(answer)); });
  requests_.emplace(number, id);
  return true;
}

void BatchPipeline::onAnswer(std::uint64_t number, platform::HttpAnswer answer) {
  const auto found = in_flight_.find(number);
  Batch batch = std::move(found->second);
  in_flight_.erase(found);
  requests_.erase(number);
  if (const auto* failed = std::get_if<platform::HttpError>(&answer)) {
    if (isHopeless(*failed)) stop(failed->toError());
    onLost(batch, failed->toError(), failed->may_have_arrived);
    return;
  }
  const auto& response = std::get<platform::HttpResponse>(answer);
  if (grant_ != nullptr) {
    if (const auto date = platform::parseHttpDate(response.header("Date"))) grant_->sawTime(*date);
  }
  onResponse(batch, response);
}

void BatchPipeline::onResponse(Batch& batch, const platform::HttpResponse& response) {
  if (response.status == 200) {
    if (readAnswers(batch, response)) return;
    onLost(batch,
           Error(ErrorCode::kCorruption,
                 "the tenant answered a batch with something that is no batch answer (truncated, "
                 "or a page of a proxy): check the base URL and what stands in between"),
           /*may_have_happened=*/true);
    return;
  }
  if (response.status == 401) {
    onTokenRefused();
    for (const Operation& operation : batch.operations)
      ready_.push_front(operation);
    return;
  }
  if (response.status == 429 || isHiccup(response.status)) {
    retryAll(batch, response.status, retryAfter(response).value_or(milliseconds(0)));
    return;
  }
  stop(toError(parseFailure(response.status, response.body), "sending a batch"));
}

bool BatchPipeline::readAnswers(Batch& batch, const platform::HttpResponse& response) {
  JsonElement document;
  if (parser_.parse(response.body).get(document) != simdjson::SUCCESS) return false;
  const std::optional<JsonArray> answers = arrayAt(document, "responses");
  if (!answers) return false;
  tokens_refused_ = 0;
  std::vector<bool> answered(batch.operations.size(), false);
  bool any_throttled = false;
  for (const JsonElement element : *answers) {
    const std::optional<std::size_t> position = positionOf(element);
    const std::optional<JsonElement> status = memberOf(element, "status");
    std::int64_t code = 0;
    if (!position || *position >= answered.size() || answered[*position] || !status ||
        status->get(code) != simdjson::SUCCESS || code < 100 || code > 599) {
      continue;  // the operation then counts as not answered
    }
    answered[*position] = true;
    InnerAnswer answer;
    answer.status = static_cast<int>(code);
    answer.body = memberOf(element, "body");
    any_throttled = any_throttled || answer.status == 429;
    const bool may_wait = !answer.ok();
    judge(
        batch.operations[*position], answer, may_wait ? innerRetryAfter(element) : milliseconds(0));
  }
  if (!any_throttled) window_.onSuccess(response.elapsed);
  Batch missing;
  for (std::size_t i = 0; i < answered.size(); ++i) {
    if (!answered[i]) missing.operations.push_back(batch.operations[i]);
  }
  if (!missing.operations.empty()) {
    onLost(missing,
           Error(ErrorCode::kCorruption, "the tenant leaves requests of a batch unanswered"),
           /*may_have_happened=*/true);
  }
  return true;
}

void BatchPipeline::judge(Operation operation, const InnerAnswer& answer, milliseconds wait) {
  if (answer.status == 429) {
    throttled(operation, answer, wait);
  } else if (answer.status == 401) {
    onTokenRefused();
    ready_.push_front(operation);
  } else if (isHiccup(answer.status)) {
    operation.may_have_happened = operation.is_write;
    if (++operation.failures > kFailuresMax) {
      owner_.gaveUp(operation, answer.failure());
      return;
    }
    addLater(operation, std::max(wait, backoff(operation.failures, operation.subject)));
  } else {
    const Verdict verdict = owner_.answered(operation, answer);
    if (verdict != Verdict::kDone) again(operation, answer, verdict);
  }
}

void BatchPipeline::again(Operation operation, const InnerAnswer& answer, Verdict verdict) {
  const bool is_missing = verdict == Verdict::kAgainNotFound;
  const int attempt = is_missing ? ++operation.not_found : ++operation.failures;
  if (attempt > (is_missing ? kNotFoundMax : kFailuresMax)) {
    owner_.gaveUp(operation, answer.failure());
    return;
  }
  addLater(operation, is_missing ? replicationWait(attempt) : backoff(attempt, operation.subject));
}

void BatchPipeline::throttled(Operation operation, const InnerAnswer& answer, milliseconds wait) {
  window_.onThrottled();
  if (++operation.throttles > kThrottlesMax) {
    owner_.gaveUp(operation, answer.failure());
    return;
  }
  if (wait.count() == 0) wait = backoff(operation.throttles, operation.subject);
  pauseFor(wait);
  addLater(operation, wait);
}

void BatchPipeline::retryAll(const Batch& batch, int status, milliseconds wait) {
  InnerAnswer answer;
  answer.status = status;
  for (const Operation& operation : batch.operations)
    judge(operation, answer, wait);
  if (wait.count() > 0) pauseFor(wait);
}

void BatchPipeline::onLost(const Batch& batch, const Error& reason, bool may_have_happened) {
  for (Operation operation : batch.operations) {
    if (++operation.failures > kFailuresMax) stop(reason);
    const bool in_doubt = operation.is_write && may_have_happened;
    operation.may_have_happened = operation.may_have_happened || in_doubt;
    if (in_doubt && !stopped_ && !owner_.resendLost(operation)) continue;
    addLater(operation, backoff(operation.failures, operation.subject));
  }
}

void BatchPipeline::onTokenRefused() {
  session_.tokens().forget();
  if (++tokens_refused_ > kTokensRefusedMax) {
    stop(Error(ErrorCode::kUnauthenticated,
               "the tenant refuses the access token although it was just made: check the clocks, "
               "and that the scope is the tenant's resource"));
  }
}

}  // namespace tandem::connectors::graph
