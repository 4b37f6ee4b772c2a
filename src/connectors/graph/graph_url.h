// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/http_message.h"

namespace tandem::connectors::graph {

using platform::percentEncode;

// An OData string literal, percent-encoded: O'Neil → %27O%27%27Neil%27.
std::string odataLiteral(std::string_view text);

// "property in ('a','b')", ready for a query.
std::string inFilter(std::string_view property, std::span<const std::string> values);

// "https://host:443" in lower case with the port written out; nullopt when it is no http(s) URL.
std::optional<std::string> originOf(std::string_view url);

}  // namespace tandem::connectors::graph
