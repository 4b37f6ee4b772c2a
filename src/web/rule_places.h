// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/problem.h"

namespace tandem::web {

// What stands in which line of json.dump(2): "rules[0].attributeFlowMappings[2].expression". The
// line of a brace is its object's.
std::map<std::size_t, std::string> placesByLine(const nlohmann::ordered_json& json);

// Problems of a document that was dumped so, as an editor of one part of it wants them: place
// inside that part ("attributeFlowMappings[2].expression"), and for an expression the offset of the
// character in it. Problems elsewhere in the document are left out.
nlohmann::ordered_json problemsIn(const nlohmann::ordered_json& document,
                                  const std::string& part,
                                  const Problems& problems);

}  // namespace tandem::web
