// SPDX-License-Identifier: Apache-2.0
#include "compare/object_digest.h"

#include <string>

#include "base/text.h"
#include "directory/dn.h"

namespace tandem::compare {
namespace {

constexpr std::uint64_t kDnSeed = 0x9E3779B97F4A7C15ULL;  // no anchor may pass for a DN

}  // namespace

Hash128 partHash(Part part, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  const std::uint64_t words[3] = {a, b, c};
  return hash128({reinterpret_cast<const char*>(words), sizeof(words)},
                 static_cast<std::uint64_t>(part));
}

std::uint64_t anchorIdentity(std::uint64_t connector, std::string_view anchor) {
  return hash64(anchor, connector);
}

std::uint64_t dnIdentity(std::uint64_t connector, std::string_view dn) {
  thread_local std::string key;
  directory::dnKeyInto(dn, key);
  return hash64(key, connector ^ kDnSeed);
}

std::uint64_t nameHash(std::string_view name) {
  return hash64(toLowerAscii(name));
}

NameHashes::NameHashes(const store::Names& names) : names_(&names) {
  attributes_.push_back(0);
  for (std::uint32_t id = 1; id <= names.attributes().size(); ++id)
    attributes_.push_back(nameHash(names.attributes().name(AttributeId(id))));
  types_.push_back(0);
  for (std::uint32_t id = 1; id <= names.objectTypes().size(); ++id)
    types_.push_back(nameHash(names.objectTypes().name(id)));
}

std::uint64_t NameHashes::rule(RuleId id) {
  if (id.raw() <= 0) return 0;
  const auto at = static_cast<std::size_t>(id.raw());
  constexpr std::size_t kRulesMax = 1'000'000;  // a damaged lineage must not ask for all memory
  if (at >= kRulesMax) return 0;
  if (at >= rules_.size()) rules_.resize(at + 1, 0);
  if (rules_[at] == 0) rules_[at] = nameHash(names_->ruleName(id));
  return rules_[at];
}

Hash128 recordHash(const NameHashes& names, std::string_view record) {
  Hash128 sum;
  directory::RecordReader reader(record);
  while (const std::optional<directory::AttributeView> attribute = reader.next())
    addTo(sum, attributeHash(names, *attribute));
  return sum;
}

Hash128 lineageHash(NameHashes& names, const rules::Lineage& value, std::uint64_t source) {
  return partHash(Part::kLineage, names.attribute(value.attribute), names.rule(value.rule), source);
}

Hash128 flowHash(NameHashes& names, const rules::ReferenceFlow& flow, std::uint64_t source) {
  return partHash(Part::kReferenceFlow,
                  names.attribute(flow.target) + names.attribute(flow.source_attribute) * 3,
                  names.rule(flow.rule),
                  source);
}

}  // namespace tandem::compare
