// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/confirmation.h"
#include "connectors/stored_values.h"
#include "directory/ids.h"
#include "rules/rule_set.h"
#include "store/store.h"

namespace tandem::sync {

using directory::AttributeId;
using directory::ConnectorId;
using directory::ConnectorObjectId;
using directory::MetaverseObjectId;
using directory::ObjectTypeId;
using directory::RuleId;

// What exports to a connected directory may write, object type by object type.
class ExportTraits {
 public:
  // nullopt: everything can be written and comes back as it was written.
  void set(ObjectTypeId type,
           const std::optional<std::vector<connectors::AttributeTraits>>& traits);
  connectors::AttributeTraits of(ObjectTypeId type, AttributeId attribute) const;

 private:
  std::unordered_map<std::int64_t, std::unordered_map<AttributeId, connectors::AttributeTraits>>
      by_type_;
};

// A connector as the engine sees it: a space to read and write, never the directory itself.
struct EngineConnector {
  ConnectorId id;
  std::string name;
  bool has_outbound_rules = false;
  ExportTraits traits;
  std::shared_ptr<const connectors::StoredValues> stored_values = nullptr;  // nothing is known
};

// What all parts of the engine work with. Owned by the run; the rules may be shared by threads, the
// store belongs to the one writing thread.
struct Engine {
  store::Store* store = nullptr;
  const rules::RuleSet* rules = nullptr;
  std::vector<EngineConnector> connectors;
  // Another server writes: what an import brings is what that one has sent.
  bool is_follower = false;
  std::function<std::int64_t()> now;      // seconds since 1970; called from several threads
  std::function<std::uint64_t()> random;  // the same

  // What expressions may ask beside their object.
  expression::Surroundings surroundings() const { return {now, random}; }
  const EngineConnector* find(ConnectorId id) const {
    for (const EngineConnector& connector : connectors) {
      if (connector.id == id) return &connector;
    }
    return nullptr;
  }
};

// One thing that went wrong with one object; the run goes on.
struct ObjectProblem {
  ConnectorObjectId object;
  std::string dn;
  store::ErrorPhase phase = store::ErrorPhase::kSynchronization;
  std::string type;
  std::string code;
  std::string message;
};

// Where a step's numbers, the objects behind them and its errors go. Counter names are run
// history's.
class StepRecorder {
 public:
  virtual ~StepRecorder() = default;
  virtual void count(std::string_view counter, ConnectorObjectId object, std::string_view dn) = 0;
  virtual void countOnly(std::string_view counter, std::int64_t by) = 0;
  virtual void problem(const ObjectProblem& problem) = 0;
  // done of total (0: unknown); for progress only.
  virtual void progress(std::int64_t done, std::int64_t total) = 0;
  virtual bool isCancelled() const = 0;
  // The run whose step this is, for what outlives it; 0: none.
  virtual std::int64_t run() const { return 0; }
};

}  // namespace tandem::sync
