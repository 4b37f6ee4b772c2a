// SPDX-License-Identifier: Apache-2.0
//
// What a policy would change of the connected directories, were it in force: both policies are
// applied by the engine to private copies of the home's store, and what the exports behind them
// would leave in each directory is compared. Nothing is written; a cycle may run meanwhile.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "run/runner.h"

namespace tandem::run {

// How many objects, and some of them.
struct EffectGroup {
  struct Example {
    directory::ConnectorObjectId object;  // raw() == 0: not there yet
    std::string name;
  };
  std::int64_t count = 0;
  std::vector<Example> examples;
};

struct AttributeEffect {
  std::string attribute;
  EffectGroup gains;    // had no value, would have one
  EffectGroup loses;    // had a value, would have none
  EffectGroup changes;  // another value; of references: others
  std::int64_t references_added = 0;
  std::int64_t references_removed = 0;
};

// Of one object type of one connector.
struct TypeEffect {
  std::string connector;
  std::string type;
  EffectGroup entering;  // a source's: would come into the metaverse
  EffectGroup leaving;
  EffectGroup added;      // a target's: would be created
  EffectGroup not_added;  // waits to be created now, and would not be
  EffectGroup deleted;
  EffectGroup not_deleted;                  // waits to be deleted now, and would stay
  EffectGroup joined;                       // is there, and would be taken over
  EffectGroup disconnected;                 // would stay there, and be left alone
  EffectGroup changed;                      // with any of these:
  std::vector<AttributeEffect> attributes;  // by name
};

struct PolicyEffect {
  std::int64_t objects = 0;  // that were looked at
  std::vector<TypeEffect> types;
  EffectGroup failing;                // would have an error that they do not have now
  std::vector<std::string> failures;  // what the errors say, each once
  std::vector<std::string> stopped;   // exports that a threshold would stop
  std::vector<std::string> notes;     // what could not be worked out

  bool isEmpty() const { return types.empty() && failing.count == 0; }
};

struct EffectOptions {
  std::size_t examples_max = 5;  // of each group
  std::function<void(const Progress&)> on_progress;
  const std::atomic<bool>* cancel = nullptr;
};

// From the policy in force to that one. kNotFound with advice when nothing has been imported yet.
Result<PolicyEffect> policyEffect(const home::Home& home,
                                  const policy::PolicyDocument& policy,
                                  const EffectOptions& options = {});
// The same between any two.
Result<PolicyEffect> policyEffect(const home::Home& home,
                                  const policy::PolicyDocument& before,
                                  const policy::PolicyDocument& after,
                                  const EffectOptions& options);

}  // namespace tandem::run
