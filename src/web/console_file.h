// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace tandem::web {

// A file of the console as it is in the program: gzip (RFC 1952).
struct ConsoleFile {
  std::string_view path;  // "/assets/index-4f1c.js"
  std::string_view content_type;
  std::string_view gzip;
  std::string_view etag;  // with its quotes
};

// Written at build time from console/dist. Only the page that says so when it was not built.
std::span<const ConsoleFile> consoleFiles();

}  // namespace tandem::web
