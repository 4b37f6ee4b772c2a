// SPDX-License-Identifier: Apache-2.0
//
// CLI11 for the commands of this folder; nothing else includes it.
#pragma once

#include <CLI/CLI.hpp>  // IWYU pragma: export
