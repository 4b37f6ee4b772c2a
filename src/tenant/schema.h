// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "base/embedded_file.h"

namespace tandem::tenant {

// The files of src/tenant/sql, compiled in; file n brings the tables from version n-1 to n.
std::span<const EmbeddedFile> schemaFiles();

}  // namespace tandem::tenant
