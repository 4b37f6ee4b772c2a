// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/problem.h"

namespace tandem::policy::entra {

// The bytes of a file as UTF-8, without a byte order mark. Windows writes UTF-16 with one, editors
// and redirections of PowerShell write UTF-8 and UTF-16 in both orders; UTF-16 without a mark is
// recognised by its first character, which is ASCII in every format here. Anything else is an
// error with the line at which it stops making sense.
std::optional<std::string> toUtf8(std::string_view bytes,
                                  std::string_view file,
                                  Problems& problems);

}  // namespace tandem::policy::entra
