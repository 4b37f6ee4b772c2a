// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/strong_id.h"

namespace tandem::directory {

// Dense, append-only ids of the store. A clustered random GUID is the slowest key there is in any
// B-tree, so the GUIDs are narrow secondary indexes and everything else speaks in these.
using ConnectorId = StrongId<struct ConnectorTag>;
using ConnectorObjectId = StrongId<struct ConnectorObjectTag>;
using MetaverseObjectId = StrongId<struct MetaverseObjectTag>;
using RuleId = StrongId<struct RuleTag>;
using ObjectTypeId = StrongId<struct ObjectTypeTag>;  // "user", "person", …; one space for all

}  // namespace tandem::directory
