// SPDX-License-Identifier: Apache-2.0
//
// References that rules work out (rules::ComputedReference) as rows among the imported ones: owner,
// "manager (computed)", target. From there on they are links like any other: they flow, wait for
// their target, and stand in lineage.
//
// A text names whatever has that DN. So who refers to an object by a computed link is looked at
// again when that object is renamed or goes.
#pragma once

#include <vector>

#include "sync/engine.h"

namespace tandem::sync {

class ComputedReferences {
 public:
  explicit ComputedReferences(const Engine& engine) : engine_(&engine) {}

  // Makes the rows of the objects in result those that it names; before: the flows so far. A DN
  // that nobody has gets a placeholder, which its object takes over when it is read. True: rows
  // changed.
  bool place(const rules::FlowResult& result, const std::vector<rules::ReferenceFlow>& before);
  // Is that so already? Writes nothing. store: the reader of an evaluating thread.
  static bool arePlaced(store::Store& store,
                        const store::Names& names,
                        const rules::FlowResult& result);
  static bool areAmong(const store::Names& names, const std::vector<rules::ReferenceFlow>& flows);
  // The object has got another name, or is about to go.
  void wakeReferrers(ConnectorObjectId target, ConnectorId connector);

 private:
  ConnectorObjectId resolve(ConnectorId connector, const std::string& dn);
  bool placeOne(ConnectorObjectId source,
                AttributeId attribute,
                const rules::FlowResult& result,
                bool flows);

  const Engine* engine_;
};

}  // namespace tandem::sync
