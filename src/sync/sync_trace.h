// SPDX-License-Identifier: Apache-2.0
//
// What the synchronization of one object looked at and decided, in order. ObjectSync writes it when
// somebody asks why; it decides the same with it and without.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rules/flow_trace.h"
#include "sync/engine.h"

namespace tandem::sync {

// Which rules of a direction apply. Inbound: to an object of the connector; outbound: to the
// metaverse object, towards the connector.
struct TracedScope {
  rules::Direction direction = rules::Direction::kInbound;
  ConnectorId connector;
  ConnectorObjectId object;  // inbound
  ObjectTypeId type;
  struct Rule {
    std::uint32_t index = 0;  // into the rule set
    std::string why_not;      // empty: it applies
  };
  std::vector<Rule> rules;  // those for this type of object, by precedence
  bool any() const;         // does one of them apply?
};

// One group of join conditions, tried.
struct TracedJoin {
  enum class Verdict : std::uint8_t {
    kNoValue,  // the object has no value to join by
    kNobody,
    kOne,
    kSeveral,  // as good as nobody: the next group decides
    kTaken,    // it is joined to another object of the same connector: an error
  };
  rules::Direction direction = rules::Direction::kInbound;
  std::uint32_t rule = 0;
  rules::JoinKeys keys;
  std::string values;                    // a record: what this side has of the keys
  std::vector<std::int64_t> candidates;  // metaverse objects; outbound: objects of the connector
  Verdict verdict = Verdict::kNobody;
};

// Inbound: what the metaverse object is to hold. Outbound: what an object of the connector is.
struct TracedFlow {
  rules::Direction direction = rules::Direction::kInbound;
  ConnectorId connector;  // outbound
  MetaverseObjectId mv;   // 0: a new one
  bool creating = false;
  rules::FlowTrace mappings;
  std::string before;
  std::string after;
  std::optional<rules::FlowError> error;
};

// What was decided about links.
struct TracedLink {
  enum class Kind : std::uint8_t {
    kKept,
    kJoined,
    kProjected,
    kLost,          // the rule that made it does not apply any more
    kDisconnector,  // nothing joins it and nothing brings it in
    kRemoved,       // the metaverse object: nobody keeps it alive
    kProvisioned,   // outbound, and so are the following
    kJoinedOut,
    kDeprovisioned,
    kDisconnected,
  };
  Kind kind = Kind::kKept;
  ConnectorId connector;
  ConnectorObjectId object;
  MetaverseObjectId mv;
  RuleId rule;
};

template <class Id>
std::vector<std::int64_t> rawIds(const std::vector<Id>& ids) {
  std::vector<std::int64_t> raw;
  for (const Id id : ids)
    raw.push_back(id.raw());
  return raw;
}

using TracedStep = std::variant<TracedScope, TracedJoin, TracedFlow, TracedLink>;

class SyncTrace {
 public:
  // A question that is asked again has the last answer.
  void add(TracedScope scope);
  void add(TracedJoin join) { steps_.emplace_back(std::move(join)); }
  void add(TracedFlow flow);
  void add(const TracedLink& link) { steps_.emplace_back(link); }

  const std::vector<TracedStep>& steps() const { return steps_; }
  const TracedScope* scope(rules::Direction direction,
                           ConnectorId connector,
                           ConnectorObjectId object) const;
  const TracedFlow* flowIn() const;
  const TracedFlow* flowOut(ConnectorId connector) const;
  std::vector<const TracedJoin*> joins(rules::Direction direction) const;
  // The last of that kind; nullptr: none.
  const TracedLink* link(TracedLink::Kind kind, ConnectorId connector) const;

 private:
  std::vector<TracedStep> steps_;
};

}  // namespace tandem::sync
