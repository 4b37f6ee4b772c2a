// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::service {

enum class AlertKind : std::uint8_t {
  kRunError,
  kGuardStopped,
  kClock,
  kCertificateExpiry,
  kStagingTooLong,
  kPairDrift,
  kChangeToCloudSlow,
  kCanaryFailed
};

inline constexpr std::array kAlertKinds{AlertKind::kRunError,
                                        AlertKind::kGuardStopped,
                                        AlertKind::kClock,
                                        AlertKind::kCertificateExpiry,
                                        AlertKind::kStagingTooLong,
                                        AlertKind::kPairDrift,
                                        AlertKind::kChangeToCloudSlow,
                                        AlertKind::kCanaryFailed};

std::string_view toString(AlertKind kind);  // "run-error"
std::optional<AlertKind> alertKindFrom(std::string_view word);
// "error": synchronization does not do its work. "warning": it will not, or not as wanted.
std::string_view severityOf(AlertKind kind);

// Something that is wrong now. Two with the same kind and subject are the same thing.
struct AlertFinding {
  AlertKind kind = AlertKind::kRunError;
  std::string subject;  // "corp import"; may be empty
  std::string text;     // what is wrong
  std::string next;     // what to do

  std::string id() const;  // "run-error:corp import"
};

struct Alert {
  AlertFinding finding;
  std::int64_t since = 0;            // seconds since 1970
  std::vector<std::string> sent_to;  // "mail", "webhook": told that it has begun
};

}  // namespace tandem::service
