// SPDX-License-Identifier: Apache-2.0
#include "sync/attribute_checks.h"

#include <algorithm>
#include <set>

#include "store/claimed_values.h"

namespace tandem::sync {

using checks::Claim;
using checks::Finding;
using checks::Rival;
using store::FindingRow;

namespace {

// Beyond this, looking at everything once is quicker than looking each object up.
constexpr std::int64_t kChangedMax = 20'000;
constexpr std::size_t kPerCommit = 500;
// Of those that share a value: enough to name one. Hints that turn out wrong are read past.
constexpr std::size_t kRivalsMax = 16;
constexpr std::size_t kHoldersRead = 64;

}  // namespace

AttributeChecks::AttributeChecks(store::Store& store,
                                 ConnectorId connector,
                                 const checks::AttributeChecker& checker,
                                 std::string fingerprint)
    : store_(&store),
      connector_(connector),
      checker_(&checker),
      fingerprint_(std::move(fingerprint)) {}

Result<void> AttributeChecks::bringUpToDate() {
  const bool is_current = store_->checks().madeBy(connector_) == fingerprint_;
  if (!is_current || store_->checks().hasMoreChangedThan(kChangedMax)) return remakeAll();
  return checkChanged();
}

void AttributeChecks::scan(const std::function<void(const CheckedObject&)>& take) {
  checkAll(ClaimIndex::load(*store_, connector_, *checker_), take);
}

void AttributeChecks::checkAll(const ClaimIndex& index,
                               const std::function<void(const CheckedObject&)>& take) {
  std::vector<Finding> findings;
  store_->checks().scanClaimants(connector_, [&](const store::ClaimantView& one) {
    if (!one.is_wanted) return;
    const auto rivals = [&](const Claim& claim) { return rivalsIn(index, one.id, claim); };
    checker_->check(one.type, one.image, rivals, findings);
    if (!findings.empty()) take({one.id, one.type, one.dn, one.image, &findings});
  });
}

std::vector<Rival> AttributeChecks::rivalsIn(const ClaimIndex& index,
                                             ConnectorObjectId id,
                                             const Claim& claim) {
  std::vector<Rival> rivals;
  for (const auto& [hash, object] : index.sharedBy(claimHash(claim, connector_))) {
    if (object == id.raw()) continue;
    if (auto rival = rivalry(ConnectorObjectId(object), claim)) rivals.push_back(std::move(*rival));
    if (rivals.size() == kRivalsMax) break;
  }
  return rivals;
}

Result<void> AttributeChecks::remakeAll() {
  store::Checks& checks = store_->checks();
  store::Transaction transaction = TRY(store::Transaction::begin(store_->database()));
  checks.clear(connector_);
  const ClaimIndex index = ClaimIndex::load(*store_, connector_, *checker_);
  store::replaceClaimedValues(store_->database(), connector_, index.entries());
  std::set<ConnectorObjectId> in_order;  // had findings, and has none now
  for (const ConnectorObjectId id : store::objectsWithFindings(store_->database(), connector_))
    in_order.insert(id);
  checkAll(index, [&](const CheckedObject& object) {
    checks.setFindings(object.id, rowsOf(*object.findings));
    in_order.erase(object.id);
  });
  for (const ConnectorObjectId id : in_order)
    checks.setFindings(id, {});
  checks.setMadeBy(connector_, fingerprint_);
  TRY(store_->database().takeError());
  return transaction.commit();
}

Result<void> AttributeChecks::checkChanged() {
  ConnectorObjectId after;
  for (;;) {
    const std::vector<ConnectorObjectId> changed = store_->checks().changed(after, kPerCommit);
    if (changed.empty()) return store_->database().takeError();
    store::Transaction transaction = TRY(store::Transaction::begin(store_->database()));
    std::set<ConnectorObjectId> related;
    for (const ConnectorObjectId id : changed) {
      const auto row = store_->space().find(id);
      if (row && row->connector != connector_) continue;  // another tenant's
      store_->checks().clearChanged(id);
      checkOne(id, related);
    }
    // In the same transaction: nobody else would remember them.
    while (!related.empty()) {
      const ConnectorObjectId id = *related.begin();
      related.erase(related.begin());
      std::set<ConnectorObjectId> of_it;
      if (checkOne(id, of_it)) related.merge(of_it);
    }
    TRY_DOING(transaction.commit(), "checking attributes");
    after = changed.back();
  }
}

bool AttributeChecks::checkOne(ConnectorObjectId id, std::set<ConnectorObjectId>& related) {
  store::Checks& checks = store_->checks();
  const auto find = [&](const Claim& claim) {
    std::vector<Rival> found = storedRivals(id, claim);
    for (const Rival& rival : found)
      related.insert(rival.object);
    return found;
  };
  std::vector<Finding> findings;
  if (const std::optional<Claimant> one = claimant(id)) {
    std::vector<Claim> mine;
    checker_->claims(one->type, one->image, mine);
    for (const Claim& claim : mine) {
      checks.addValue(claimHash(claim, connector_), id);
      if (!one->is_wanted) static_cast<void>(find(claim));
    }
    if (one->is_wanted) checker_->check(one->type, one->image, find, findings);
  }
  for (const ConnectorObjectId other : checks.findingsThatName(id))
    related.insert(other);
  return checks.setFindings(id, rowsOf(findings));
}

std::optional<AttributeChecks::Claimant> AttributeChecks::claimant(ConnectorObjectId id) {
  std::optional<store::ObjectRow> row = store_->space().find(id);
  if (!row || row->connector != connector_) return std::nullopt;
  std::optional<store::WantedRow> wanted = store_->exports().wanted(id);
  if (!wanted && !row->has_image) return std::nullopt;
  return Claimant{row->type, wanted.has_value(), std::move(wanted ? wanted->image : row->image)};
}

std::optional<Rival> AttributeChecks::rivalry(ConnectorObjectId other, const Claim& claim) {
  const std::optional<Claimant> one = claimant(other);
  if (!one) return std::nullopt;
  checker_->claims(one->type, one->image, claims_);
  std::optional<Rival> rival;
  for (const Claim& theirs : claims_) {
    if (theirs.space != claim.space || theirs.folded != claim.folded) continue;
    // Of an address that is also its user principal name: the attribute that weighs more.
    const bool is_same_use = (theirs.attribute == checks::Attribute::kUserPrincipalName) ==
                             (claim.attribute == checks::Attribute::kUserPrincipalName);
    if (!rival || is_same_use) rival = Rival{other, theirs.attribute, std::string(theirs.value)};
  }
  return rival;
}

std::vector<Rival> AttributeChecks::storedRivals(ConnectorObjectId id, const Claim& claim) {
  const std::int64_t hash = claimHash(claim, connector_);
  std::vector<Rival> rivals;
  for (bool has_dropped = true; has_dropped;) {
    rivals.clear();
    has_dropped = false;
    const std::vector<ConnectorObjectId> holders = store_->checks().holders(hash, kHoldersRead);
    for (const ConnectorObjectId holder : holders) {
      if (holder == id || rivals.size() == kRivalsMax) continue;
      if (auto rival = rivalry(holder, claim)) {
        rivals.push_back(std::move(*rival));
      } else {
        store_->checks().dropValue(hash, holder);
        has_dropped = holders.size() == kHoldersRead;
      }
    }
  }
  return rivals;
}

std::vector<FindingRow> AttributeChecks::rowsOf(const std::vector<Finding>& findings) {
  std::vector<FindingRow> rows;
  for (const Finding& finding : findings) {
    rows.push_back({std::string(finding.check->id),
                    finding.other,
                    finding.check->severity == checks::Severity::kError});
  }
  return rows;
}

}  // namespace tandem::sync
