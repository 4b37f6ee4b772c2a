// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/secret_text.h"

namespace tandem::platform {

// How a mail server is reached. TLS always: "smtp://" needs STARTTLS, "smtps://" speaks it from the
// first byte; its certificate is verified.
struct MailServer {
  std::string url;   // "smtp://mail.example.com:587"
  std::string user;  // empty: no sign-in
  SecretText password;
  std::string ca_file;  // PEM; empty: the system's authorities
  std::chrono::milliseconds timeout{30'000};
};

struct Mail {
  std::string from;
  std::vector<std::string> to;
  std::string subject;
  std::string text;          // UTF-8, lines end with \n
  std::int64_t sent_at = 0;  // seconds since 1970
  std::string message_id;    // without brackets: "alert-7@sync01"
};

// The message as it goes out (RFC 5322): headers that a text cannot break out of, and the text in
// base64, which no server on the way changes.
std::string composeMail(const Mail& mail);

// Waits for the server's answer. kUnauthenticated: it does not take the password. kUnavailable: it
// cannot be reached, or offers no TLS. kInvalidArgument: it refuses an address.
Result<void> sendMail(const MailServer& server, const Mail& mail);

}  // namespace tandem::platform
