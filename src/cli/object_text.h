// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/store_view.h"
#include "directory/record.h"
#include "directory/value_text.h"

namespace tandem::cli {

// All values, joined by "; ", at most limit of them (then "and 23 more").
std::string valuesText(std::string_view attribute,
                       const directory::ValuesView& values,
                       std::size_t limit);
// ["a", "b"] for multi-valued attributes, otherwise one text, number or boolean.
nlohmann::ordered_json valuesJson(std::string_view attribute, const directory::ValuesView& values);
nlohmann::ordered_json recordJson(const StoreView& view, std::string_view record);

std::string_view operationWord(store::PendingOperation operation);  // "Add", "Update", "Delete"

}  // namespace tandem::cli
