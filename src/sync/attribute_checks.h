// SPDX-License-Identifier: Apache-2.0
//
// The attribute checks over the objects of a tenant, kept up to date with what is wanted of them.
//
//   all       one pass collects who claims which value, a second one checks each object; for a
//   first
//             time, for other rules, and when very many objects changed
//   changed   each object that changed, and those that share a value with it now or did before
//
// Both give the same findings. What is stored says which object breaks which check; the values are
// in the objects.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checks/attribute_checker.h"
#include "store/store.h"
#include "sync/claim_index.h"
#include "sync/engine.h"

namespace tandem::sync {

// The type of the error that an object gets when it is held back.
inline constexpr std::string_view kAttributeCheckError = "attribute-check";

struct CheckedObject {
  ConnectorObjectId id;
  ObjectTypeId type;
  std::string_view dn;
  std::string_view image;
  const std::vector<checks::Finding>* findings = nullptr;  // one or more
};

class AttributeChecks {
 public:
  // fingerprint: of all that findings depend on beside the objects. What was found under another
  // one is found anew.
  AttributeChecks(store::Store& store,
                  ConnectorId connector,
                  const checks::AttributeChecker& checker,
                  std::string fingerprint);

  // Needs the writing store, outside any transaction.
  Result<void> bringUpToDate();

  // Looks at everything and writes nothing: for a reader. In order of ids.
  void scan(const std::function<void(const CheckedObject&)>& take);

 private:
  void checkAll(const ClaimIndex& index, const std::function<void(const CheckedObject&)>& take);
  Result<void> remakeAll();
  Result<void> checkChanged();
  // True: its findings changed. related: those that share a value with it, or did.
  bool checkOne(ConnectorObjectId id, std::set<ConnectorObjectId>& related);
  struct Claimant {
    ObjectTypeId type;
    bool is_wanted = false;
    std::string image;
  };
  std::optional<Claimant> claimant(ConnectorObjectId id);
  // The claim of the other object that collides, when it does have one.
  std::optional<checks::Rival> rivalry(ConnectorObjectId other, const checks::Claim& claim);
  std::vector<checks::Rival> rivalsIn(const ClaimIndex& index,
                                      ConnectorObjectId id,
                                      const checks::Claim& claim);
  std::vector<checks::Rival> storedRivals(ConnectorObjectId id, const checks::Claim& claim);
  static std::vector<store::FindingRow> rowsOf(const std::vector<checks::Finding>& findings);

  store::Store* store_;
  ConnectorId connector_;
  const checks::AttributeChecker* checker_;
  std::string fingerprint_;
  std::vector<checks::Claim> claims_;
};

}  // namespace tandem::sync
