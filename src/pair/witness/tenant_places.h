// SPDX-License-Identifier: Apache-2.0
//
// The two places in a tenant where the record can live, as single requests to Graph:
//   the organization   open extension com.tandem.witness, property "record" with the record's text
//   a group            security group with the uniqueName tandem-witness, the text in its
//                      description; for applications that may not write the organization. It lacks
//                      the mark of synchronized groups, so neither import nor export sees it.
// What the answers mean for the right to write is tenant_witness.h's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/graph/graph_session.h"
#include "platform/clock.h"
#include "platform/http_client.h"

namespace tandem::pair::witness {

enum class Place : std::uint8_t {
  kOrganization,
  kGroup
};

// What stands in a place.
struct Kept {
  bool exists = false;
  std::string text;
  std::string etag;                     // empty: the service puts no condition on a write
  std::optional<std::int64_t> told_at;  // the service's time
};

// Bodies of 200; nullopt: something that is no answer of Graph, or only a part of one.
std::optional<Kept> parseExtension(std::string_view body);
std::optional<Kept> parseGroup(std::string_view body);
// A 404 that Graph itself gave. A proxy's, or that of a wrong base URL, says nothing of a record.
bool saysNotFound(std::string_view body);

class TenantPlaces {
 public:
  // Both must outlive it.
  TenantPlaces(connectors::graph::GraphSession& session, platform::Clock& clock)
      : session_(&session), clock_(&clock) {}

  // kUnavailable after a few attempts, each of at most a few seconds.
  Result<Kept> read(Place place);

  enum class Writing : std::uint8_t {
    kDone,
    kRefused,    // it is, or may be, no longer what `before` says: read again
    kForbidden,  // this application may not write there
    kLost        // may have happened, or may still happen
  };
  // One attempt. `before` is what was just read there; nothing is sent later than not_after.
  Result<Writing> write(Place place,
                        const Kept& before,
                        const std::string& text,
                        platform::MonotonicTime not_after);
  // A pause between attempts, as long as the service asked for, within bounds.
  void pause(int attempt);

 private:
  Result<platform::HttpAnswer> ask(platform::HttpRequest request);
  Result<std::string> organizationPath();
  Result<std::string> pathOf(Place place);
  Result<platform::HttpResponse> get(const std::string& path);

  connectors::graph::GraphSession* session_;
  platform::Clock* clock_;
  std::string organization_;  // its id, once known
  std::chrono::milliseconds asked_to_wait_{0};
};

}  // namespace tandem::pair::witness
