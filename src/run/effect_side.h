// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "run/policy_effect.h"
#include "store/snapshot.h"
#include "sync/target_object.h"

namespace tandem::run {

// One side of the comparison: a copy of the store in which the engine has applied one policy.
class EffectSide {
 public:
  static Result<std::unique_ptr<EffectSide>> over(store::Snapshot& snapshot,
                                                  const home::Home& home,
                                                  const policy::PolicyDocument& policy);
  // Attribute and type ids mean the same on both sides: takes over the other's names first.
  void shareNames(EffectSide& other);
  // Objects that the policy does not read (any more) count as deleted. How many there were.
  Result<std::int64_t> dropUnread(const policy::ConnectorPolicy& before,
                                  const policy::ConnectorPolicy& after);
  Result<void> synchronize(const EffectOptions& options);

  Server& server() { return *server_; }
  store::Store& store() { return server_->store(); }
  bool isTarget(directory::ConnectorId connector) const;

  // The number of an object, for both sides alike: its id, or for one that this side made, a
  // negative number from its DN.
  std::int64_t keyOf(directory::ConnectorObjectId id);
  // Target objects that an export would touch, and everything that is linked.
  const std::map<std::int64_t, directory::ConnectorObjectId>& pending() const { return pending_; }

  // What a target's directory would hold after the export.
  struct Expected {
    bool exists = false;
    bool is_linked = false;
    bool is_in_directory = false;  // already now
    directory::ConnectorId connector;
    directory::ObjectTypeId type;
    std::string image;
    std::string name;
  };
  Expected expected(directory::ConnectorObjectId id);

  struct Reference {
    std::int64_t owner;
    std::uint32_t attribute;
    std::int64_t target;
    bool added;
    friend auto operator<=>(const Reference&, const Reference&) = default;
  };
  std::vector<Reference> references();  // to be sent; sorted

  struct Problem {
    std::string name;
    std::string message;
  };
  const std::map<std::int64_t, Problem>& problems() const { return problems_; }

 private:
  EffectSide() = default;

  std::unique_ptr<Server> server_;
  sync::Engine engine_;
  std::int64_t last_id_ = 0;  // of the snapshot
  std::map<std::int64_t, directory::ConnectorObjectId> pending_;
  std::map<std::int64_t, Problem> problems_;
};

// What people call it.
std::string knownName(const store::Names& names, std::string_view image, std::string_view dn);

}  // namespace tandem::run
