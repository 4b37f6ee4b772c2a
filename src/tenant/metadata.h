// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tandem::tenant {

// The answer to GET /v1.0/$metadata: the part of Graph's contract that this tenant keeps, as CSDL
// (OData 4.0). Made once; nothing in it depends on the tenant's contents.
const std::string& metadataDocument();

}  // namespace tandem::tenant
