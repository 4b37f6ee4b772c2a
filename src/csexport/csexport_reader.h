// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <istream>
#include <string>

#include "base/result.h"
#include "csexport/cs_object.h"

namespace tandem::csexport {

// Bounds of one object: a group of 250,000 fits, an endless one does not.
inline constexpr std::size_t kValuesMax = 2'000'000;
inline constexpr std::size_t kObjectBytesMax = std::size_t{512} << 20U;

// Reads what csexport wrote, object by object: a file of 200,000 takes the memory of its largest
// one. Of each, the pending export is kept; holograms and everything else is passed over. The name
// is for errors, which have the line. What take() returns ends the reading when it is an error.
Result<void> readCsExport(std::istream& in,
                          const std::string& name,
                          const std::function<Result<void>(CsObject&)>& take);

}  // namespace tandem::csexport
