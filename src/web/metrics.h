// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tandem::web {

class Site;

// What is worth watching, in Prometheus' text format 0.0.4; docs/reference/metrics.md names each.
// Read from the store when it is asked for, so that a scrape and 'tandem status' agree.
std::string metricsText(Site& site);

}  // namespace tandem::web
