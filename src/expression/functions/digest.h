// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tandem::expression {

std::string sha256(std::string_view bytes);  // 32 octets

}  // namespace tandem::expression
