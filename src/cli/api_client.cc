// SPDX-License-Identifier: Apache-2.0
#include "cli/api_client.h"

#include <chrono>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/door.h"
#include "cli/progress_line.h"
#include "platform/clock.h"
#include "platform/http_client.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds kQuick{10'000};
constexpr std::chrono::milliseconds kAskAgain{200};

ErrorCode codeFrom(const std::string& word) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    if (toString(static_cast<ErrorCode>(code)) == word) return static_cast<ErrorCode>(code);
  }
  return ErrorCode::kInternal;
}

Error noService(const std::string& folder) {
  return Error(ErrorCode::kUnavailable,
               fmt::format("no service answers in {}: start it with 'tandem serve --home {}', or "
                           "'systemctl start tandem'",
                           folder,
                           folder));
}

Result<Json> toJson(const platform::HttpResponse& response) {
  Json json = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (response.status < 400) {
    if (json.is_discarded())
      return Error(ErrorCode::kCorruption, "the service's answer is no JSON");
    return json;
  }
  const Json error = json.is_object() ? json.value("error", Json::object()) : Json::object();
  return Error(codeFrom(error.value("code", "")),
               error.value("message", fmt::format("the service answers {}", response.status)));
}

}  // namespace

std::string apiSocket(const std::string& folder) {
  return folder + "/api.sock";
}

Result<Json> callService(const std::string& folder,
                         std::string_view method,
                         std::string_view path,
                         const Json& body,
                         const std::string& person) {
  platform::HttpClientOptions options;
  options.unix_socket = apiSocket(folder);
  options.proxy = "";
  options.total_timeout = kQuick;
  const std::unique_ptr<platform::HttpClient> client = TRY(platform::openHttpClient(options));
  platform::HttpRequest request;
  request.method = std::string(method);
  request.url = fmt::format("http://tandem/api/v1{}", path);
  if (!body.is_null()) {
    request.body = body.dump();
    request.headers = {{"Content-Type", "application/json"}};
  }
  if (!person.empty()) request.headers.emplace_back(kPersonHeader, person);
  const platform::HttpAnswer answer = client->send(std::move(request));
  if (const auto* error = std::get_if<platform::HttpError>(&answer)) {
    const bool is_there = error->kind == platform::HttpFailure::kTimeout ||
                          error->kind == platform::HttpFailure::kLost;
    return is_there ? error->toError() : noService(folder);
  }
  return toJson(std::get<platform::HttpResponse>(answer));
}

bool isServed(const std::string& folder) {
  return callService(folder, "GET", "/setup", Json()).ok();
}

namespace {

void show(const Json& progress, ProgressLine& line) {
  line.update(progress.value("text", ""), progress.value("done", 0), progress.value("total", 0));
}

// The news of an operation, asked for until it has ended. Ctrl-C here cancels it there.
Result<Json> watch(Session& session, const std::string& folder, const std::string& id) {
  ProgressLine line(
      *session.err, session.is_terminal && !session.json, session.width, session.steady);
  platform::SystemClock clock;
  bool is_cancelled = false;
  std::int64_t seen = 0;
  for (;;) {
    const Json news = TRY(
        callService(folder, "GET", fmt::format("/operations/{}/news?after={}", id, seen), Json()));
    for (const Json& event : news.at("events")) {
      seen = event.value("number", seen);
      const Json data = event.value("data", Json::object());
      if (event.value("kind", "") == "progress" && !session.json) show(data, line);
      if (event.value("kind", "") != "note") continue;
      line.clear();
      if (!session.json) session.print(data.value("text", ""));
    }
    if (news.value("done", false)) break;
    if (!is_cancelled && session.cancel != nullptr && session.cancel->load()) {
      is_cancelled = true;
      TRY(callService(folder, "DELETE", "/operations/" + id, Json(), session.user_name));
    }
    clock.sleepFor(kAskAgain);
  }
  line.clear();
  return callService(folder, "GET", "/operations/" + id, Json());
}

}  // namespace

Result<FollowedOperation> followOperation(Session& session,
                                          std::string_view path,
                                          const Json& body) {
  const Json begun = TRY(callService(session.home_folder, "POST", path, body, session.user_name));
  const std::string id = begun.at("operation").value("id", "");
  const Json ended = TRY(watch(session, session.home_folder, id));
  if (ended.at("error").is_object()) {
    return Error(codeFrom(ended["error"].value("code", "")), ended["error"].value("message", ""));
  }
  return FollowedOperation{static_cast<ExitCode>(ended.value("exitCode", 1)),
                           ended.at("result").dump(2)};
}

}  // namespace tandem::cli
