// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string_view>

#include "platform/http_message.h"
#include "web/console_file.h"

namespace tandem::web {

// The console's files. A path that is none of them and has no dot in its last segment is a page
// of the console, which finds its own way: it gets index.html.
class StaticFiles {
 public:
  explicit StaticFiles(std::span<const ConsoleFile> files);
  platform::ServerResponse answer(const platform::ServerRequest& request,
                                  std::string_view path) const;

 private:
  std::map<std::string_view, const ConsoleFile*> files_;
};

}  // namespace tandem::web
