// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tandem {

// Letters of the Latin script without what stands above, below or across them: "Søren Müller" is
// "Soren Muller", "Weiß" is "Weiss". Characters of other scripts, and bytes that are not UTF-8,
// stay.
std::string withoutAccents(std::string_view text);

}  // namespace tandem
