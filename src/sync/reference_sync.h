// SPDX-License-Identifier: Apache-2.0
//
// References from the directory that has them to the directories that are to have them, as links.
//
//   X ──member──▶ t          in the source's space (imported)
//   G ──members─▶ t'         in the target's space, where G and t' are the objects that the
//                            metaverse objects of X and t are linked to
//
// Which attribute of which object feeds which is recorded as reference flows in lineage: G.members
// ← mv.member ← X.member. A pair (G, t') whose t' does not exist yet is withheld, and looked at
// again when t' is linked, because the index of references knows who refers to t.
//
// Invariant: export_reference(G, a, t') holds wanted − known, pair by pair; decide() restores it.
#pragma once

#include <optional>
#include <vector>

#include "sync/engine.h"
#include "sync/target_object.h"

namespace tandem::sync {

class ReferenceSync {
 public:
  explicit ReferenceSync(const Engine& engine) : engine_(&engine), targets_(engine) {}

  // The import of X has brought or lost one value.
  void sourceChanged(ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target);
  // The import of a target space has: is it what we want?
  void targetChanged(ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target);
  // Everything that flows out of the metaverse object, compared whole.
  void recompute(MetaverseObjectId mv);
  void recompute(ConnectorObjectId target_owner,
                 AttributeId attribute,
                 const std::vector<ConnectorObjectId>& wanted);
  // Whoever refers to a source object of mv has to be looked at: mv was linked to, or lost, an
  // object of a target directory. Marks them as pending; the caller's transaction keeps it.
  void revisitReferrers(MetaverseObjectId mv);
  // The target object goes away: nobody needs to be told to remove it. unlinked: the object that mv
  // has just lost, if it is that which sends the target away; those who refer to it still do.
  void forgetTarget(MetaverseObjectId mv,
                    ConnectorObjectId target,
                    ConnectorObjectId unlinked = ConnectorObjectId());
  // What flows out of mv has lost a value whose object is linked to nothing any more, so that its
  // counterpart cannot be found: what is still to be added of such is taken back.
  void forgetUnlinked(MetaverseObjectId mv);

 private:
  struct Chain {  // target_owner.target_attribute ← source.source_attribute
    ConnectorObjectId target_owner;
    AttributeId target_attribute;
    ConnectorObjectId source;
    AttributeId source_attribute;
  };
  std::vector<Chain> chainsOf(MetaverseObjectId mv);
  std::optional<ConnectorObjectId> counterpart(MetaverseObjectId mv, ConnectorId connector);
  std::optional<ConnectorObjectId> counterpart(ConnectorObjectId source, ConnectorId connector);
  bool isWanted(const Chain& chain, ConnectorObjectId target);
  void decide(ConnectorObjectId owner,
              AttributeId attribute,
              ConnectorObjectId target,
              bool wanted);
  void forgetFrom(ConnectorObjectId source, ConnectorObjectId target);
  bool isManaged(ConnectorObjectId target_owner, AttributeId attribute) const;

  const Engine* engine_;
  TargetObjects targets_;
};

}  // namespace tandem::sync
