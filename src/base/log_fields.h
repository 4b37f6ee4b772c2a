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
// From main(), with the value of JOURNAL_STREAM: when standard error leads to the journal, lines go
// there as entries from now on.
void useJournal(const std::string& journal_stream);
// Whether this file is what JOURNAL_STREAM ("device:inode") names: standard error may have been
// redirected since systemd set it.
bool isJournalStream(int file, const std::string& journal_stream);

}  // namespace tandem
