// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::expression {

// The candidate that a person most likely meant by a misspelt name, or empty when none is near.
// Differing only by case is nearest of all.
std::string closest(std::string_view name, std::span<const std::string_view> candidates);

// " (did you mean \"mail\"?)", or nothing for an empty suggestion.
std::string didYouMean(std::string_view suggestion);

}  // namespace tandem::expression
