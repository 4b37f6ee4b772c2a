// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/log.h"

namespace tandem {

// What a line of the log is about, for those who search the journal: TANDEM_RUN=17,
// TANDEM_CONNECTOR=corp. On a terminal they are not shown; the message says it, too.
struct LogFields {
  std::int64_t run = 0;   // 0: none
  std::string connector;  // empty: none
};
void log(LogLevel level, std::string_view message, const LogFields& fields);

// One entry in the journal's own protocol (systemd: JOURNAL_NATIVE_PROTOCOL).
std::string journalEntry(LogLevel level, std::string_view message, const LogFields& fields);
// syslog's number: 7 debug, 6 info, 4 warning, 3 error.
int journalPriority(LogLevel level);
// Whether this file is what JOURNAL_STREAM ("device:inode") names: standard error may have been
// redirected since systemd set it.
bool isJournalStream(int file, const char* journal_stream);

}  // namespace tandem
