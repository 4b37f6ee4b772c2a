// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compare/object_detail.h"
#include "compare/wire.h"

namespace tandem::compare {

constexpr std::size_t kNameBytesMax = 4096;  // labels, names, DNs, rules, references

// The other side refuses longer ones; people read the beginning.
void writeName(WireWriter& out, std::string_view name);
SpaceKind readSpaceKind(WireReader& in);

void writeDetail(WireWriter& out, const ObjectDetail& detail);
ObjectDetail readDetail(WireReader& in);

}  // namespace tandem::compare
