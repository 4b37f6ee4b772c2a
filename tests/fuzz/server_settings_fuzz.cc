// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "base/check.h"
#include "home/server_settings.h"

// Any text gives settings, or problems with their places; never both, never neither.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const auto read = tandem::home::readServerSettings(text, "server.toml");
  TANDEM_CHECK(read.settings.has_value() == read.problems.empty());
  return 0;
}
