// SPDX-License-Identifier: Apache-2.0
//
// The tenant, as the judge of all writes: each carries who sent it and under which epoch, and each
// that breaks a promise of docs/internals/pair.md is a violation of the story.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "pair/pair_state.h"
#include "place.h"
#include "world.h"

namespace tandem::simulation {

struct Write {
  std::string server;
  std::uint64_t epoch = 0;
  bool is_unaware = false;  // sent after a pause that its server cannot know of
  connectors::ExportOperation operation = connectors::ExportOperation::kUpdate;
  std::string type, anchor;
  std::map<std::string, std::optional<std::string>> values;  // absent: cleared
  std::vector<std::pair<std::string, bool>> members;         // anchor; true: added
};

struct Answer {
  bool ok = false;
  std::string anchor, error;
};

class Tenant {
 public:
  Tenant(World& world, Place& directory) : world_(&world), directory_(&directory) {}

  Place& place() { return place_; }
  // Before the first write of a batch: does this server know itself to be the writer?
  void checkSender(const std::string& server, std::uint64_t epoch, const pair::PairState& state);
  void sent(const Write& write);
  Answer arrive(const Write& write);
  std::int64_t writes() const { return writes_; }

 private:
  Answer create(const Write& write);
  Answer change(const Write& write);
  void apply(Thing& thing, const Write& write);
  void checkNewer(const Thing& thing, const Write& write);

  World* world_;
  Place* directory_;
  Place place_;
  std::uint64_t epoch_ = 0;       // the highest under which something was sent
  std::uint64_t generation_ = 0;  // of it, the highest that its holder had
  std::int64_t writes_ = 0, made_ = 0;
  std::map<std::string, std::string> last_writer_;  // of the title, by source anchor
  std::map<std::string, std::string> deleted_by_;
};

// What the tenant makes of an alias.
std::string withoutBraces(std::string_view alias);

// What a write is, for the trace.
std::string describe(const Write& write);

}  // namespace tandem::simulation
