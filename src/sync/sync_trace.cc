// SPDX-License-Identifier: Apache-2.0
#include "sync/sync_trace.h"

#include <algorithm>

namespace tandem::sync {
namespace {

// The last step of a kind that fits; nullptr: none does.
template <class Step, class Steps, class Fits>
auto* lastOf(Steps& steps, const Fits& fits) {
  auto* found = decltype(std::get_if<Step>(&steps.front()))(nullptr);
  for (auto& step : steps) {
    auto* const one = std::get_if<Step>(&step);
    if (one != nullptr && fits(*one)) found = one;
  }
  return found;
}

}  // namespace

bool TracedScope::any() const {
  return std::any_of(
      rules.begin(), rules.end(), [](const Rule& rule) { return rule.why_not.empty(); });
}

void SyncTrace::add(TracedScope scope) {
  auto* const before = lastOf<TracedScope>(steps_, [&](const TracedScope& one) {
    return one.direction == scope.direction && one.connector == scope.connector &&
           one.object == scope.object;
  });
  if (before != nullptr) {
    *before = std::move(scope);
  } else {
    steps_.emplace_back(std::move(scope));
  }
}

void SyncTrace::add(TracedFlow flow) {
  auto* const before = lastOf<TracedFlow>(steps_, [&](const TracedFlow& one) {
    return one.direction == flow.direction && one.connector == flow.connector;
  });
  if (before == nullptr) {
    steps_.emplace_back(std::move(flow));
    return;
  }
  // "Before" is before all of it, and a creation stays one.
  flow.before = before->before;
  flow.creating = flow.creating || before->creating;
  *before = std::move(flow);
}

const TracedScope* SyncTrace::scope(rules::Direction direction,
                                    ConnectorId connector,
                                    ConnectorObjectId object) const {
  return lastOf<TracedScope>(steps_, [&](const TracedScope& one) {
    return one.direction == direction && one.connector == connector &&
           (direction == rules::Direction::kOutbound || one.object == object);
  });
}

const TracedFlow* SyncTrace::flowIn() const {
  return lastOf<TracedFlow>(
      steps_, [](const TracedFlow& one) { return one.direction == rules::Direction::kInbound; });
}

const TracedFlow* SyncTrace::flowOut(ConnectorId connector) const {
  return lastOf<TracedFlow>(steps_, [&](const TracedFlow& one) {
    return one.direction == rules::Direction::kOutbound && one.connector == connector;
  });
}

std::vector<const TracedJoin*> SyncTrace::joins(rules::Direction direction) const {
  std::vector<const TracedJoin*> found;
  for (const TracedStep& step : steps_) {
    const auto* const join = std::get_if<TracedJoin>(&step);
    if (join != nullptr && join->direction == direction) found.push_back(join);
  }
  return found;
}

const TracedLink* SyncTrace::link(TracedLink::Kind kind, ConnectorId connector) const {
  return lastOf<TracedLink>(steps_, [&](const TracedLink& one) {
    return one.kind == kind && one.connector == connector;
  });
}

}  // namespace tandem::sync
