// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace tandem {

// A file of the source tree compiled into the program (cmake/EmbedFiles.cmake).
struct EmbeddedFile {
  std::string_view name;  // without folder
  std::string_view content;
};

}  // namespace tandem
