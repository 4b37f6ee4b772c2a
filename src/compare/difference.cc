// SPDX-License-Identifier: Apache-2.0
#include "compare/difference.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"

namespace tandem::compare {
namespace {

constexpr std::size_t kNobody = SIZE_MAX;

class CauseFinder {
 public:
  explicit CauseFinder(const std::vector<ObjectDifference>& all) : all_(all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      places_.emplace(std::tuple(all[i].kind, toLowerAscii(all[i].connector), all[i].key), i);
      if (all[i].kind == SpaceKind::kSettings && all[i].type == "rule")
        rules_.emplace(all[i].name, i);
    }
  }

  // The difference at the beginning of the chain. Each step goes to a kind that comes earlier, so
  // there are at most three.
  std::size_t rootOf(std::size_t at) const {
    for (std::size_t next = causeOf(all_[at]); next != kNobody; next = causeOf(all_[at]))
      at = next;
    return at;
  }

 private:
  std::size_t causeOf(const ObjectDifference& one) const {
    if (one.kind != SpaceKind::kMetaverse && one.kind != SpaceKind::kPendingExports) return kNobody;
    for (const RelatedObject& related : one.related) {
      if (related.kind >= one.kind) continue;
      const auto found =
          places_.find(std::tuple(related.kind, toLowerAscii(related.connector), related.key));
      if (found != places_.end()) return found->second;
    }
    for (const FieldDifference& field : one.fields) {
      const std::size_t rule = ruleOf(field.here, field.there);
      if (rule != kNobody) return rule;
    }
    return kNobody;
  }

  std::size_t ruleOf(const std::optional<Field>& here, const std::optional<Field>& there) const {
    for (const std::optional<Field>* side : {&here, &there}) {
      if (!*side || (*side)->rule.empty() || rules_.empty()) continue;
      std::string_view rest = (*side)->rule;  // "In from AD - User Join; Out to AAD - User Join"
      while (!rest.empty()) {
        const std::size_t end = rest.find("; ");
        const auto found = rules_.find(rest.substr(0, end));
        if (found != rules_.end()) return found->second;
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
      }
    }
    return kNobody;
  }

  const std::vector<ObjectDifference>& all_;
  std::map<std::tuple<SpaceKind, std::string, std::uint64_t>, std::size_t> places_;
  std::map<std::string, std::size_t, std::less<>> rules_;
};

void addRelated(const ObjectDetail& detail, std::vector<RelatedObject>& related) {
  for (const RelatedObject& one : detail.related) {
    if (std::find(related.begin(), related.end(), one) == related.end()) related.push_back(one);
  }
}

}  // namespace

ObjectDifference differenceOf(const ObjectDetail* here, const ObjectDetail* there) {
  ObjectDifference difference;
  const ObjectDetail& named = here != nullptr ? *here : *there;
  difference.key = named.key;
  difference.name = named.name;
  difference.dn = named.dn;
  difference.type = named.type;
  if (here == nullptr) difference.presence = Presence::kThereOnly;
  if (there == nullptr) difference.presence = Presence::kHereOnly;
  std::map<std::string, FieldDifference> fields;  // servers may spell an attribute differently
  for (const ObjectDetail* side : {here, there}) {
    if (side == nullptr) continue;
    addRelated(*side, difference.related);
    for (const Field& field : side->fields) {
      FieldDifference& both = fields[toLowerAscii(field.name)];
      if (both.name.empty()) both.name = field.name;
      (side == here ? both.here : both.there) = field;
    }
  }
  for (auto& [name, field] : fields) {
    const bool equal = field.here && field.there && field.here->hash == field.there->hash;
    if (!equal) difference.fields.push_back(std::move(field));
  }
  return difference;
}

std::vector<DifferenceGroup> groupByCause(std::vector<ObjectDifference> differences) {
  std::stable_sort(differences.begin(), differences.end(), [](const auto& a, const auto& b) {
    return a.kind < b.kind;
  });
  std::vector<std::size_t> roots;
  {
    const CauseFinder finder(differences);
    for (std::size_t i = 0; i < differences.size(); ++i)
      roots.push_back(finder.rootOf(i));
  }
  std::vector<DifferenceGroup> groups;
  std::vector<std::size_t> group_of(differences.size(), kNobody);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (roots[i] != i) continue;
    group_of[i] = groups.size();
    groups.push_back({std::move(differences[i]), {}});
  }
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (roots[i] == i) continue;
    ObjectDifference& follower = differences[i];
    DifferenceGroup& group = groups[group_of[roots[i]]];
    follower.may_be_transient = group.cause.may_be_transient;
    group.followers.push_back(std::move(follower));
  }
  return groups;
}

std::vector<FieldValue> valuesOnlyIn(const std::optional<Field>& one,
                                     const std::optional<Field>& other) {
  if (!one) return {};
  if (!other) return one->values;
  std::vector<FieldValue> only;
  for (const FieldValue& value : one->values) {
    if (std::find(other->values.begin(), other->values.end(), value) == other->values.end())
      only.push_back(value);
  }
  const bool same = only.empty() && one->values.size() == other->values.size();
  return same ? one->values : only;
}

}  // namespace tandem::compare
