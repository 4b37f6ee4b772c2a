// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "home/home.h"
#include "service/alert_book.h"

namespace tandem::service {

// Carries messages about alerts to people: by mail and by webhook, as server.toml says.
class AlertSender {
 public:
  // host: this machine's name, for people. now: seconds since 1970.
  AlertSender(home::Home home, std::string host, std::function<std::int64_t()> now)
      : home_(std::move(home)), host_(std::move(host)), now_(std::move(now)) {}

  std::vector<std::string> ways() const;  // "mail", "webhook": those that are set
  // Waits for the answer.
  Result<void> send(const AlertMessage& message) const;

 private:
  Result<std::string> secret(const std::string& name) const;
  Result<void> sendMail(const AlertMessage& message) const;
  Result<void> callWebhook(const AlertMessage& message) const;

  home::Home home_;
  std::string host_;
  std::function<std::int64_t()> now_;
};

// What a webhook gets.
std::string webhookBody(const AlertMessage& message,
                        const std::string& server_id,
                        const std::string& host);
// The value of X-Tandem-Signature: "sha256=…", the HMAC-SHA-256 of "TIMESTAMP.BODY" in hex. With
// the time in it, so that a request that was listened to is worth nothing later.
std::string webhookSignature(std::string_view key, std::int64_t timestamp, std::string_view body);
// Subject and text of a mail.
std::string mailSubject(const AlertMessage& message, const std::string& host);
std::string mailText(const AlertMessage& message, const std::string& host);

}  // namespace tandem::service
