// SPDX-License-Identifier: Apache-2.0
#include "tenant/service.h"

#include <memory>
#include <mutex>

#include "base/bytes.h"
#include "base/text.h"
#include "tenant/admin_api.h"
#include "tenant/graph_api.h"
#include "tenant/metadata.h"

namespace tandem::tenant {
namespace {

using platform::ServerRequest;
using platform::ServerResponse;

constexpr const char* kJsonType =
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8";
constexpr const char* kBareJsonType =
    "application/json;odata.metadata=none;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8";

std::string originOf(const ServerRequest& request) {
  std::string_view host = request.header("Host");
  return "https://" + std::string(host.empty() ? "localhost" : host);
}

std::int64_t topOf(const GraphRequest& request) {
  const auto top = request.query.find("$top");
  return top ? parseInteger(*top).value_or(0) : 0;
}

std::string pathOf(const GraphRequest& request) {
  std::string path;
  for (const auto& segment : request.segments)
    path += "/" + segment;
  return path;
}

GraphError diskFailed() {
  return {507, "InsufficientStorage", "The tenant's disk failed.", {}, {}};
}

GraphError tooMany() {
  return {429, "TooManyRequests", "Please retry again later.", {}, "429"};
}

GraphAnswer answerRetry(const GraphRequest& request, GraphError error, std::int64_t seconds) {
  GraphAnswer answer = answerError(error, request);
  answer.headers.emplace_back("Retry-After", std::to_string(seconds));
  return answer;
}

ServerResponse plainAnswer(int status, std::string text) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body = std::move(text);
  return response;
}

// As at Microsoft, nobody needs a token for it.
ServerResponse answerMetadata(const ServerRequest& request) {
  if (request.method != "GET") return plainAnswer(405, "GET it.\n");
  ServerResponse response;
  response.headers = {{"Content-Type", "application/xml"}, {"OData-Version", "4.0"}};
  response.body = metadataDocument();
  return response;
}

// The page for a tenant that listens to others than itself: the token as the password.
bool hasPassword(const ServerRequest& request, const std::string& token) {
  const std::string_view authorization = request.header("Authorization");
  if (!toLowerAscii(authorization.substr(0, 6)).starts_with("basic ")) return false;
  const auto decoded = fromBase64(trimAscii(authorization.substr(6)));
  const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
  return colon != std::string::npos &&
         platform::equalsConstantTime(std::string_view(*decoded).substr(colon + 1), token);
}

}  // namespace

const char* contentTypeOf(const GraphAnswer& answer, bool bare) {
  if (answer.is_text) return "text/plain";
  return bare ? kBareJsonType : kJsonType;
}

bool isVersion(std::string_view segment) {
  return equalsIgnoreCaseAscii(segment, "v1.0") || equalsIgnoreCaseAscii(segment, "beta");
}

bool isInstead(const Fault& fault) {
  return fault.kind == FaultKind::kThrottle || fault.kind == FaultKind::kUnavailable ||
         fault.kind == FaultKind::kServerError || fault.kind == FaultKind::kHtml;
}

void damage(GraphAnswer& answer, const Fault& fault) {
  answer.drop = fault.kind == FaultKind::kLostAnswer;
  answer.delay = std::chrono::milliseconds(fault.delay_ms);
  if (fault.kind == FaultKind::kTruncated) answer.body.resize(answer.body.size() / 2);
}

Service::Service(Tenant& tenant,
                 platform::SigningKey key,
                 std::int64_t token_lifetime,
                 std::string admin_token,
                 bool open_page,
                 Clock clock)
    : tenant_(tenant),
      tokens_(std::move(key), token_lifetime),
      admin_token_(std::move(admin_token)),
      open_page_(open_page),
      clock_(std::move(clock)) {}

ServerResponse Service::handle(const ServerRequest& request) {
  Target target = parseTarget(request.target);
  if (target.segments.empty()) {
    if (!open_page_ && !hasPassword(request, admin_token_)) {
      ServerResponse answer = plainAnswer(401, "Sign in with any name and the admin token.\n");
      answer.headers.emplace_back("WWW-Authenticate", "Basic realm=\"tandem-tenant\"");
      return answer;
    }
    return answerPageForPeople(tenant_, target);
  }
  const bool is_metadata = target.segments.size() == 2 && target.segments[1] == "$metadata";
  if (isVersion(target.segments.front()) && is_metadata) return answerMetadata(request);
  if (isVersion(target.segments.front())) return graph(request, std::move(target));
  if (target.segments.front() == "$batch") return graph(request, std::move(target));
  if (target.segments.front() == "tandem") {
    const std::string_view authorization = request.header("Authorization");
    const bool allowed = authorization.starts_with("Bearer ") &&
                         platform::equalsConstantTime(authorization.substr(7), admin_token_);
    if (!allowed) {
      return plainAnswer(401, "Send 'Authorization: Bearer <content of admin.token>'.\n");
    }
    ServerResponse answer = answerAdmin(tenant_, request, target, clock_());
    if (!tenant_.store->waitDurable()) return plainAnswer(507, "the tenant's disk failed\n");
    return answer;
  }
  if (target.segments.front() == "subscriptions") {
    // az login asks its resource manager, which is this server too.
    ServerResponse answer;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.body = "{\"value\":[]}";
    return answer;
  }
  return login(request, target);
}

ServerResponse Service::login(const ServerRequest& request, const Target& target) {
  const auto& segments = target.segments;
  const std::string base = originOf(request);
  std::string rest;
  for (std::size_t i = 1; i < segments.size(); ++i)
    rest += "/" + toLowerAscii(segments[i]);
  const std::shared_lock lock(tenant_.mutex);
  if (rest == "/oauth2/v2.0/token" && request.method == "POST") {
    ServerResponse answer =
        tokens_.issue(tenant_.settings, request, segments.front(), base, clock_() / 1000);
    tenant_.counters.request("POST token", answer.status);
    return answer;
  }
  if (rest == "/v2.0/.well-known/openid-configuration") {
    return tokens_.discovery(tenant_.settings, segments.front(), base);
  }
  if (rest == "/discovery/instance") {
    return tokens_.instanceDiscovery(base, std::string(request.header("Host")));
  }
  if (rest == "/discovery/v2.0/keys") return tokens_.keys();
  return plainAnswer(404, "Nothing is here.\n");
}

std::optional<GraphError> Service::authorize(const ServerRequest& request,
                                             GraphRequest& context,
                                             App& app) {
  const auto checked =
      tokens_.check(request.header("Authorization"), tenant_.settings.tenant_id, context.now());
  if (!checked.problem.empty()) {
    return GraphError{401, "InvalidAuthenticationToken", checked.problem, {}, {}};
  }
  const std::shared_lock lock(tenant_.mutex);
  const App* found = tenant_.settings.findApp(checked.client_id);
  if (!found) {
    return GraphError{401, "InvalidAuthenticationToken", "The app is not in the tenant.", {}, {}};
  }
  app = *found;  // a copy: the administrator may change the apps while the request runs
  context.app = &app;
  return std::nullopt;
}

ServerResponse Service::graph(const ServerRequest& request, Target target) {
  GraphRequest context;
  context.now_ms = clock_();
  context.request_id = Guid::random().toString();
  context.client_request_id = std::string(request.header("client-request-id"));
  context.method = request.method;
  const bool versioned = isVersion(target.segments.front());
  context.base_url = originOf(request) + "/" + (versioned ? target.segments.front() : "v1.0");
  if (versioned) target.segments.erase(target.segments.begin());
  context.segments = std::move(target.segments);
  context.query = std::move(target.query);
  context.eventual = equalsIgnoreCaseAscii(request.header("ConsistencyLevel"), "eventual");
  context.prefer = toLowerAscii(request.header("Prefer"));
  context.if_match = std::string(request.header("If-Match"));
  context.bare =
      toLowerAscii(request.header("Accept")).find("odata.metadata=none") != std::string::npos;
  App app;
  if (auto bad = authorize(request, context, app)) {
    tenant_.counters.request(context.method + " without a token", bad->status);
    return finish(request, context, answerError(*bad, context));
  }
  // One a thread, since its buffers cost more than to parse with them; not for a body so large that
  // they would have to be kept for good.
  constexpr std::size_t kKeptFor = 1024 * 1024;
  thread_local simdjson::dom::parser kept_parser;
  simdjson::dom::parser own_parser;
  simdjson::dom::parser& parser = request.body.size() > kKeptFor ? own_parser : kept_parser;
  if (!request.body.empty()) {
    simdjson::dom::element body;
    if (parser.parse(request.body).get(body)) {
      return finish(request,
                    context,
                    answerError({400, "BadRequest", "Unable to read JSON request payload.", {}, {}},
                                context));
    }
    context.body = body;
  }
  const bool is_batch = context.segments.size() == 1 && context.segment(0) == "$batch";
  return finish(request, context, is_batch ? batch(context) : perform(context));
}

ServerResponse Service::finish(const ServerRequest& request,
                               const GraphRequest& context,
                               GraphAnswer answer) {
  if (request.method == "GET") return toResponse(context, std::move(answer));
  // The answer waits for its commit, and no thread waits with it: so all requests that came
  // meanwhile share the next commit, whatever the number of threads.
  struct Held {
    GraphRequest context;
    ServerResponse response;
  };
  auto held = std::make_shared<Held>();
  held->context.now_ms = context.now_ms;
  held->context.request_id = context.request_id;
  held->context.client_request_id = context.client_request_id;
  held->response = toResponse(context, std::move(answer));
  ServerResponse response;
  response.later = [this, held](platform::HttpReply reply) {
    tenant_.store->whenDurable([held, reply = std::move(reply)](bool good) {
      reply(good ? std::move(held->response)
                 : toResponse(held->context, answerError(diskFailed(), held->context)));
    });
  };
  return response;
}

ServerResponse Service::toResponse(const GraphRequest& context, GraphAnswer answer) {
  ServerResponse response;
  response.status = answer.status;
  response.headers = std::move(answer.headers);
  response.headers.emplace_back("request-id", context.request_id);
  if (!context.client_request_id.empty()) {
    response.headers.emplace_back("client-request-id", context.client_request_id);
  }
  if (!answer.body.empty()) {
    response.headers.emplace_back("Content-Type", contentTypeOf(answer, context.bare));
  }
  response.headers.emplace_back("OData-Version", "4.0");
  response.body = std::move(answer.body);
  response.delay = answer.delay;
  response.drop_connection = answer.drop;
  return response;
}

std::optional<GraphAnswer> Service::throttle(const GraphRequest& request,
                                             platform::HttpHeaders& headers) {
  const RequestCost cost = costOf(request.method,
                                  pathOf(request),
                                  request.query.has("$select"),
                                  request.query.has("$expand"),
                                  topOf(request));
  const std::size_t users = tenant_.directory.count(Kind::kUser, ObjectState::kActive);
  const auto verdict = tenant_.throttle.spend(request.app->client_id, cost, users, request.now_ms);
  headers.emplace_back("x-ms-resource-unit", std::to_string(cost.resource_units));
  if (verdict.used >= 0.8) {
    headers.emplace_back("x-ms-throttle-limit-percentage",
                         std::to_string(verdict.used).substr(0, 3));
  }
  if (verdict.allowed) return std::nullopt;
  GraphAnswer answer = answerRetry(request, tooMany(), verdict.retry_after);
  answer.headers.emplace_back("x-ms-throttle-scope",
                              std::string("Tenant_Application/") +
                                  (verdict.write_limit ? "Write" : "ReadWrite") + "/" +
                                  request.app->client_id + "/" + tenant_.settings.tenant_id);
  answer.headers.emplace_back(
      "x-ms-throttle-information",
      verdict.write_limit ? "WriteLimitExceeded" : "ResourceUnitLimitExceeded");
  return answer;
}

GraphAnswer Service::performFault(const GraphRequest& request, const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kThrottle:
      return answerRetry(request, tooMany(), fault.retry_after);
    case FaultKind::kUnavailable:
      return answerRetry(request,
                         {503, "serviceNotAvailable", "The service is not available now.", {}, {}},
                         fault.retry_after);
    case FaultKind::kServerError:
      return answerError({500, "InternalServerError", "Something went wrong.", {}, {}}, request);
    case FaultKind::kHtml: {
      GraphAnswer answer =
          answerText("<html><body><h1>Our services aren't available</h1></body></html>");
      return answer;
    }
    case FaultKind::kLostAnswer:
    case FaultKind::kSlow:
    case FaultKind::kTruncated:
      break;
  }
  GraphAnswer answer;
  return answer;
}

GraphAnswer Service::perform(const GraphRequest& request) {
  if (isWrite(request)) {
    const std::unique_lock lock(tenant_.mutex);
    return performLocked(request);
  }
  const std::shared_lock lock(tenant_.mutex);
  return performLocked(request);
}

GraphAnswer Service::performLocked(const GraphRequest& request) {
  platform::HttpHeaders headers;
  GraphAnswer answer;
  const auto fault = tenant_.faults.areSet()
                         ? tenant_.faults.next(request.method, pathOf(request), request.in_batch)
                         : std::nullopt;
  if (fault && isInstead(*fault)) {
    answer = performFault(request, *fault);
  } else if (auto throttled =
                 tenant_.throttle.isEnabled() ? throttle(request, headers) : std::nullopt) {
    answer = std::move(*throttled);
  } else {
    answer = answerGraph(tenant_, request);
  }
  if (fault && !isInstead(*fault)) damage(answer, *fault);
  for (auto& header : headers)
    answer.headers.push_back(std::move(header));
  tenant_.counters.request(routeName(request), answer.status);
  return answer;
}

}  // namespace tandem::tenant
