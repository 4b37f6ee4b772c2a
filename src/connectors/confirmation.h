// SPDX-License-Identifier: Apache-2.0
//
// How an exported attribute is recognised when the next import brings it back. A directory may
// write a value down in its own way (another case, another order, a primary address that it
// computes itself); without a rule for that the same change would be exported in every cycle for
// ever.
#pragma once

#include <cstdint>

#include "directory/attribute_table.h"
#include "directory/record.h"

namespace tandem::connectors {

enum class Comparison : std::uint8_t {
  kExact,       // the same bytes (order of values never matters: records are sorted)
  kIgnoreCase,  // the same set of texts but for case
  // The directory computes the final value from ours. Accepting the write is the confirmation, and
  // what is imported afterwards is no difference to be exported again; only a new wanted value is.
  kServiceDecides,
};

// What an export may do with one attribute of one object type.
struct AttributeTraits {
  directory::AttributeId attribute;
  // False: the connected directory has no place for it or does not let us write it. The engine
  // leaves such attributes out of wanted images, so they are never pending.
  bool writable = true;
  bool on_add_only = false;  // written once, with the object (an anchor)
  Comparison comparison = Comparison::kExact;
};

// True when the imported values show that the exported ones have arrived.
bool confirms(Comparison comparison,
              const directory::ValuesView& exported,
              const directory::ValuesView& imported);

}  // namespace tandem::connectors
