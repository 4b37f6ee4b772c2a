// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/graph/graph_failure.h"
#include "connectors/graph/json_reading.h"

namespace tandem::connectors::graph {

// From the body of a request inside a batch.
GraphFailure readFailure(int status, const JsonElement& body);

}  // namespace tandem::connectors::graph
