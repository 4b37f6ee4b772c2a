// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::home {

// Mail about alerts: [alerts.mail].
struct MailSettings {
  std::string server;  // "smtp://mail.example.com:587" (STARTTLS), "smtps://…:465"; empty: no mail
  std::string from;
  std::vector<std::string> to;
  std::string user;             // empty: no sign-in
  std::string password_secret;  // name of the secret
  std::string ca_file;          // PEM; empty: the system's

  bool isSet() const { return !server.empty(); }
};

// A request about each alert: [alerts.webhook].
struct WebhookSettings {
  std::string url;         // https://; empty: none
  std::string key_secret;  // name of the secret with the key of the signature
  std::string ca_file;     // PEM; empty: the system's

  bool isSet() const { return !url.empty(); }
};

// When to tell people, and how: [alerts].
struct AlertSettings {
  std::vector<std::string> ignore;  // kinds that are not told of
  std::int64_t staging_days = 30;
  std::int64_t certificate_days = 30;
  std::int64_t slow_minutes = 120;
  MailSettings mail;
  WebhookSettings webhook;
};

// The canary that the service runs by itself: [canary].
struct CanarySchedule {
  std::int64_t interval_minutes = 0;   // 0: never
  std::vector<std::string> arguments;  // of 'tandem canary'

  bool isSet() const { return interval_minutes != 0; }
};

}  // namespace tandem::home
