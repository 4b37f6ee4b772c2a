// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace tandem {

// One row of RFC 4180: quoted where a value needs it, ended by CR LF.
void appendCsvRow(std::string& out, std::initializer_list<std::string_view> cells);

}  // namespace tandem
