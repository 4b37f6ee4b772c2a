// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "connectors/connector.h"
#include "pair/pair_state.h"
#include "store/names.h"
#include "tenant.h"
#include "world.h"

namespace tandem::simulation {

// What a server's connector to one of the two places needs. tenant: null for the directory.
struct ConnectorParts {
  World* world = nullptr;
  Machine* machine = nullptr;
  Place* place = nullptr;
  Tenant* tenant = nullptr;
  store::Names* names = nullptr;
  std::function<pair::PairState()> state;  // of the server, as its store has it
  std::function<void()> imported;
};

std::unique_ptr<connectors::Connector> makePlaceConnector(ConnectorParts parts);

}  // namespace tandem::simulation
