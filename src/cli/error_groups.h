// SPDX-License-Identifier: Apache-2.0
//
// The errors of a run by their cause: one missing right fails ten thousand objects, and is one
// thing to repair.
#pragma once

#include <string>
#include <vector>

#include "store/history.h"

namespace tandem::cli {

struct ErrorGroup {
  std::string type;  // "permission-issue"
  std::string code;  // the directory's own: "Authorization_RequestDenied"; may be empty
  std::size_t objects = 0;
  std::string message;                // of the first object
  std::vector<std::string> examples;  // the first objects
};

inline constexpr std::size_t kExamplesMax = 3;

// The largest first.
std::vector<ErrorGroup> groupErrors(const std::vector<store::RunErrorRow>& errors);

// "permission-issue (Authorization_RequestDenied): 1,204 objects"
std::string titleOf(const ErrorGroup& group);

}  // namespace tandem::cli
