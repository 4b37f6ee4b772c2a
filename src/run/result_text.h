// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/error.h"
#include "policy/policy_document.h"

namespace tandem::run {

// The result string of a run that an error ended, in the words of the Operations tab. has_started:
// some object had been read or written before.
std::string_view resultFor(const Error& error, policy::RunStep step, bool has_started);

// 0 done, 1 failed, 3 stopped by a guard.
int exitCodeFor(std::string_view result);
// The worse of two results; a run is as good as its worst step.
bool isWorse(std::string_view a, std::string_view b);

}  // namespace tandem::run
