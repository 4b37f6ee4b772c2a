// SPDX-License-Identifier: Apache-2.0
//
// A connector-space object as the target of exports.
//
//   known   = imported image, with what was exported and not yet confirmed applied
//   pending = wanted − known
//
// Invariant kept by refreshPending(): a row in cs_pending_export exists exactly while there is
// something to send for the object.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sync/engine.h"

namespace tandem::sync {

class TargetObjects {
 public:
  explicit TargetObjects(const Engine& engine) : engine_(&engine) {}

  std::string knownImage(const store::ObjectRow& object);
  // The attributes to send: new values, or cleared. Only what the directory lets us write.
  std::string pendingDelta(const store::ObjectRow& object);
  // Adds: the whole image to send.
  std::string imageToAdd(const store::ObjectRow& object);
  void refreshPending(ConnectorObjectId id);
  // Is it there, as far as we know? An add that was answered counts, a delete that was answered
  // not.
  bool existsInDirectory(const store::ObjectRow& object);

  // An import has shown the object like this. Drops from the export memory what has arrived; what
  // came back otherwise is pending again and is said to be "exported-change-not-reimported".
  // reported: the attributes that this import speaks of (nullopt: all).
  struct Confirmation {
    bool all_confirmed = true;
    std::vector<AttributeId> not_reimported;
  };
  Confirmation confirm(const store::ObjectRow& object, std::optional<std::string_view> reported);

  // An import has brought the object, which was known as `before` (empty: not at all), or it is
  // wanted for the first time. What the directory decides itself, and shows that it has been given
  // by somebody else, counts as accepted. This server's own answers are better evidence: while it
  // writes, only what it never sent is learnt.
  void learnStored(const store::ObjectRow& object, std::string_view before);

  // The directory has taken what was sent.
  void markExported(const store::ObjectRow& object,
                    store::PendingOperation operation,
                    std::string_view delta,
                    std::string_view anchor);

 private:
  bool isLearnt(const EngineConnector& connector,
                const store::ObjectRow& object,
                std::string_view before,
                const store::WantedRow& wanted,
                const directory::AttributeView& attribute) const;
  connectors::AttributeTraits traitsOf(const store::ObjectRow& object, AttributeId attribute) const;
  bool isSatisfied(const store::ObjectRow& object,
                   const directory::AttributeView& wanted,
                   std::string_view known,
                   std::string_view accepted) const;
  std::string differenceTo(const store::ObjectRow& object,
                           std::string_view known,
                           const store::WantedRow& wanted);
  void rememberAccepted(const store::ObjectRow& object, std::string_view delta);

  const Engine* engine_;
};

}  // namespace tandem::sync
