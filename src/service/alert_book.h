// SPDX-License-Identifier: Apache-2.0
//
// What is wrong, since when, and who has been told. Each alert is told of twice, by each way: when
// it begins and when it has ended. What cannot be delivered is tried again, less and less often,
// for a day.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/alert.h"

namespace tandem::service {

enum class AlertEvent : std::uint8_t {
  kBegan,
  kEnded,
  kTest
};
std::string_view toString(AlertEvent event);

// One message by one way.
struct AlertMessage {
  AlertEvent event = AlertEvent::kBegan;
  std::string way;  // "mail" or "webhook"
  AlertFinding finding;
  std::int64_t since = 0;
  std::int64_t at = 0;  // when it began or ended

  // Who waits for how long.
  int tries = 0;
  std::int64_t next_try_at = 0;
};

class AlertBook {
 public:
  static constexpr std::int64_t kFirstRetrySeconds = 30;
  static constexpr std::int64_t kRetrySecondsMax = 3600;
  static constexpr std::int64_t kGiveUpSeconds = 24 * 3600;
  static constexpr std::size_t kAlertsMax = 200;
  static constexpr std::size_t kMessagesMax = 1000;

  // What is wrong now; ways: by which people are told. Alerts that are new or over become messages.
  void update(const std::vector<AlertFinding>& wrong,
              const std::vector<std::string>& ways,
              std::int64_t now);
  const std::vector<Alert>& alerts() const { return alerts_; }  // oldest first

  // Messages whose time has come, oldest first. Each is to be answered by delivered() or failed().
  std::vector<AlertMessage> due(std::int64_t now) const;
  void delivered(const AlertMessage& message);
  // True: it is given up.
  bool failed(const AlertMessage& message, std::int64_t now);

  std::string toJson() const;
  static Result<AlertBook> fromJson(std::string_view text);

 private:
  void begin(const AlertFinding& finding, const std::vector<std::string>& ways, std::int64_t now);
  void end(const Alert& alert, std::int64_t now);
  std::vector<AlertMessage>::iterator find(const AlertMessage& message);

  std::vector<Alert> alerts_;
  std::vector<AlertMessage> messages_;
};

}  // namespace tandem::service
