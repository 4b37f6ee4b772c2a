// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "directory/attribute_table.h"
#include "directory/ids.h"

namespace tandem::connectors {

// An object of a directory that does not store every value as it was written, at the moment when
// an import has brought it.
struct StoredQuestion {
  directory::ObjectTypeId type;
  directory::AttributeId attribute;
  std::string_view wanted;  // the image that rules want
  std::string_view before;  // the image as it was imported before; empty: never
  std::string_view now;
};

// What a directory makes of values that it decides itself, as far as that is known. A server that
// has sent a value knows that it was taken. One that takes over the work of another, or of Entra
// Connect, can only see what became of it, and would send it once more for no reason.
class StoredValues {
 public:
  virtual ~StoredValues() = default;
  // True only when this import is evidence that the directory has been given what is wanted of the
  // attribute: its value has changed, and is what the directory makes of the wanted one. In doubt
  // false: a value that is sent twice does no harm, one that is never sent is lost.
  virtual bool show(const StoredQuestion& question) const = 0;
};

}  // namespace tandem::connectors
