// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "base/embedded_file.h"

namespace tandem::tenant {

// page.css, compiled in.
std::span<const EmbeddedFile> pageFiles();

}  // namespace tandem::tenant
