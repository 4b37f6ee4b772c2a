// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/http_message.h"
#include "tenant/graph_request.h"
#include "tenant/tenant.h"

namespace tandem::tenant {

// /tandem/…: what tests and trials need and Microsoft has not: faults, counters, domains, apps,
// throttling. The caller has shown the administrator's token.
platform::ServerResponse answerAdmin(Tenant& tenant,
                                     const platform::ServerRequest& request,
                                     const Target& target,
                                     std::int64_t now_ms);

// The page for people: active users, groups, deleted users.
platform::ServerResponse answerPageForPeople(Tenant& tenant, const Target& target);

}  // namespace tandem::tenant
