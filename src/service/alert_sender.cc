// SPDX-License-Identifier: Apache-2.0
#include "service/alert_sender.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/time_text.h"
#include "platform/http_client.h"
#include "platform/mail_sender.h"
#include "platform/signing.h"
#include "run/home_secrets.h"

namespace tandem::service {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::seconds kTimeout{30};
constexpr std::size_t kAnswerMax = 64 * 1024;

std::string_view headlineOf(AlertEvent event) {
  switch (event) {
    case AlertEvent::kBegan:
      return "Problem";
    case AlertEvent::kEnded:
      return "Over";
    case AlertEvent::kTest:
      return "Test";
  }
  return {};
}

}  // namespace

std::vector<std::string> AlertSender::ways() const {
  std::vector<std::string> ways;
  if (home_.settings().alerts.mail.isSet()) ways.emplace_back("mail");
  if (home_.settings().alerts.webhook.isSet()) ways.emplace_back("webhook");
  return ways;
}

Result<void> AlertSender::send(const AlertMessage& message) const {
  if (message.way == "mail") return sendMail(message);
  if (message.way == "webhook") return callWebhook(message);
  return Error(ErrorCode::kNotFound, "alerts are not sent by \"" + message.way + "\" any more");
}

Result<std::string> AlertSender::secret(const std::string& name) const {
  if (name.empty()) return std::string();
  return run::HomeSecrets(home_, /*needed=*/true).get(name);
}

Result<void> AlertSender::sendMail(const AlertMessage& message) const {
  const home::MailSettings& settings = home_.settings().alerts.mail;
  platform::MailServer server;
  server.url = settings.server;
  server.user = settings.user;
  server.password = platform::SecretText(TRY(secret(settings.password_secret)));
  server.ca_file = run::pathIn(home_, settings.ca_file);
  platform::Mail mail;
  mail.from = settings.from;
  mail.to = settings.to;
  mail.subject = mailSubject(message, host_);
  mail.text = mailText(message, host_);
  mail.sent_at = now_();
  mail.message_id = toHex(platform::randomBytes(12)) + "@" + home_.settings().server_id;
  return platform::sendMail(server, mail);
}

Result<void> AlertSender::callWebhook(const AlertMessage& message) const {
  const home::WebhookSettings& settings = home_.settings().alerts.webhook;
  platform::HttpClientOptions options;
  options.ca_file = run::pathIn(home_, settings.ca_file);
  options.connect_timeout = kTimeout;
  options.total_timeout = kTimeout;
  options.response_limit = kAnswerMax;
  const auto client = TRY(platform::openHttpClient(std::move(options)));
  platform::HttpRequest request;
  request.method = "POST";
  request.url = settings.url;
  request.body = webhookBody(message, home_.settings().server_id, host_);
  const std::int64_t now = now_();
  request.headers = {{"Content-Type", "application/json"},
                     {"X-Tandem-Event", std::string(toString(message.event))},
                     {"X-Tandem-Timestamp", std::to_string(now)}};
  const std::string key = TRY(secret(settings.key_secret));
  if (!key.empty()) {
    request.headers.emplace_back("X-Tandem-Signature", webhookSignature(key, now, request.body));
  }
  const platform::HttpAnswer answer = client->send(std::move(request));
  if (const auto* error = std::get_if<platform::HttpError>(&answer)) return error->toError();
  const int status = std::get<platform::HttpResponse>(answer).status;
  if (status < 200 || status > 299) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("the webhook answered {}; it should answer 200", status));
  }
  return {};
}

std::string webhookBody(const AlertMessage& message,
                        const std::string& server_id,
                        const std::string& host) {
  const AlertFinding& finding = message.finding;
  const Json json{{"event", toString(message.event)},
                  {"server", host},
                  {"serverId", server_id},
                  {"at", formatUtc(message.at)},
                  {"alert",
                   {{"id", finding.id()},
                    {"kind", toString(finding.kind)},
                    {"severity", severityOf(finding.kind)},
                    {"text", finding.text},
                    {"next", finding.next},
                    {"since", formatUtc(message.since)}}}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string webhookSignature(std::string_view key, std::int64_t timestamp, std::string_view body) {
  return "sha256=" + toHex(platform::hmacSha256(key, fmt::format("{}.{}", timestamp, body)));
}

std::string mailSubject(const AlertMessage& message, const std::string& host) {
  return fmt::format(
      "[Tandem {}] {}: {}", host, headlineOf(message.event), toString(message.finding.kind));
}

std::string mailText(const AlertMessage& message, const std::string& host) {
  const AlertFinding& finding = message.finding;
  std::string text = finding.text + "\n";
  if (message.event == AlertEvent::kEnded) {
    text = fmt::format("This is over since {}:\n\n{}", formatUtc(message.at), text);
  } else if (!finding.next.empty()) {
    text += "\nWhat to do: " + finding.next + "\n";
  }
  return text + fmt::format("\nServer: {}\nSince:  {}\nKind:   {}\n",
                            host,
                            formatUtc(message.since),
                            toString(finding.kind));
}

}  // namespace tandem::service
