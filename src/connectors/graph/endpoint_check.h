// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "connectors/graph/connection_check.h"

namespace tandem::connectors::graph {

// Names, ports and TLS of the token service and of Graph, the tenant's name, and the clock: all
// that can be seen without signing in.
std::vector<TestFinding> checkEndpoints(GraphSession& session, const TlsProbe& probe);

// The token has arrived although the probe found no way: there is a proxy in between, which the
// probe does not use.
void softenWhereReached(TestFinding& finding);

}  // namespace tandem::connectors::graph
