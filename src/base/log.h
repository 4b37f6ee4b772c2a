// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tandem {

// One line a message on standard error (the journal adds the time when a unit runs us). A message
// names objects, never whole attribute values and never a secret.
enum class LogLevel {
  kDebug,
  kInfo,
  kWarning,
  kError
};

void setLogLevel(LogLevel least);
void log(LogLevel level, std::string_view message);

inline void logInfo(std::string_view message) {
  log(LogLevel::kInfo, message);
}
inline void logWarning(std::string_view message) {
  log(LogLevel::kWarning, message);
}
inline void logError(std::string_view message) {
  log(LogLevel::kError, message);
}
inline void logDebug(std::string_view message) {
  log(LogLevel::kDebug, message);
}

}  // namespace tandem
