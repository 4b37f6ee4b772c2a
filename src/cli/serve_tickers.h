// SPDX-License-Identifier: Apache-2.0
//
// What 'tandem serve' does beside its cycles: telling people of alerts, and running the canary.
#pragma once

#include <memory>

#include "cli/session.h"
#include "home/home.h"
#include "platform/clock.h"
#include "service/alert_ticker.h"
#include "service/ticker.h"

namespace tandem::cli {

// The clock must outlive it. The session is copied.
std::unique_ptr<service::Ticker> makeAlertTicker(const Session& session,
                                                 const home::Home& home,
                                                 const platform::Clock& clock);
// By [canary] of server.toml; null: it is not wanted.
std::unique_ptr<service::Ticker> makeCanaryTicker(const Session& session,
                                                  const home::Home& home,
                                                  const platform::Clock& clock);

}  // namespace tandem::cli
