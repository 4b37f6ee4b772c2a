// SPDX-License-Identifier: Apache-2.0
//
// Stands in front of SQLite (LD_PRELOAD) and kills the process at a commit: DIE_AT_COMMIT=7 in front of
// the 7th, 7+ behind it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

typedef int (*Exec)(void*, const char*, int (*)(void*, int, char**, char**), void*, char**);

int sqlite3_exec(void* database, const char* sql, int (*row)(void*, int, char**, char**), void* context,
                 char** error) {
  static int commits = 0;
  const char* const wanted = getenv("DIE_AT_COMMIT");
  const Exec real = (Exec)dlsym(RTLD_NEXT, "sqlite3_exec");
  if (wanted == NULL || strcmp(sql, "COMMIT") != 0) return real(database, sql, row, context, error);
  char* end = NULL;
  const int is_now = ++commits == strtol(wanted, &end, 10);
  if (is_now && *end != '+') raise(SIGKILL);
  const int code = real(database, sql, row, context, error);
  if (is_now) raise(SIGKILL);
  return code;
}
