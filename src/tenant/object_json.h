// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tenant/json_writer.h"
#include "tenant/object.h"
#include "tenant/settings.h"

namespace tandem::tenant {

// Which properties of an object an answer shows.
struct View {
  PropertySet properties;
  bool with_type = false;  // @odata.type, where objects of several types may be
};

// The properties, without the braces, so that the caller may add annotations.
void writeProperties(JsonWriter& json,
                     const TenantSettings& settings,
                     const Object& object,
                     const View& view);

void writeObject(JsonWriter& json,
                 const TenantSettings& settings,
                 const Object& object,
                 const View& view);

// A single-valued text as an answer shows it, computed ones too; absent when null.
std::optional<std::string> shownText(const Object& object, Property property);

}  // namespace tandem::tenant
