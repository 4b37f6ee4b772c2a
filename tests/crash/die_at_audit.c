// SPDX-License-Identifier: Apache-2.0
//
// Stands in front of write() (LD_PRELOAD) and kills the process in the middle of a line of the audit log:
// DIE_AT_AUDIT=2:40 writes 40 bytes of the second line and dies; 2:9999 dies behind all of it, before the
// sync.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef ssize_t (*Write)(int, const void*, size_t);

static int is_audit_log(int file) {
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  const char* const name = strrchr(path, '/');
  return name != NULL && strcmp(name, "/audit.log") == 0;
}

ssize_t write(int file, const void* bytes, size_t count) {
  static int lines = 0;
  const char* const wanted = getenv("DIE_AT_AUDIT");
  const Write real = (Write)dlsym(RTLD_NEXT, "write");
  if (wanted == NULL || !is_audit_log(file)) return real(file, bytes, count);
  char* end = NULL;
  if (++lines != strtol(wanted, &end, 10)) return real(file, bytes, count);
  const size_t part = strtoul(end + 1, NULL, 10);
  if (real(file, bytes, part < count ? part : count) >= 0) raise(SIGKILL);
  return -1;
}
