// SPDX-License-Identifier: Apache-2.0
#include "connectors/entry/object_classes.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace tandem::connectors::entry {
namespace {

struct KnownClass {
  std::string_view name;
  int rank;  // a class outranks the classes that it is derived from
  bool is_container;
};

constexpr KnownClass kClasses[] = {
    {"person", 1, false},
    {"dcObject", 1, true},
    {"organizationalPerson", 2, false},
    {"account", 2, false},
    {"posixGroup", 2, false},
    {"user", 3, false},
    {"contact", 3, false},
    {"group", 3, false},
    {"groupOfNames", 3, false},
    {"groupOfUniqueNames", 3, false},
    {"groupOfMembers", 3, false},
    {"foreignSecurityPrincipal", 3, false},
    {"msDS-Device", 3, false},
    {"publicFolder", 3, false},
    {"container", 3, true},
    {"organizationalUnit", 3, true},
    {"organization", 3, true},
    {"locality", 3, true},
    {"country", 3, true},
    {"domain", 3, true},
    {"inetOrgPerson", 4, false},
    {"domainDNS", 4, true},
    {"builtinDomain", 4, true},
    {"lostAndFound", 4, true},
    {"computer", 5, false},
    {"msDS-ManagedServiceAccount", 6, false},
    {"msDS-GroupManagedServiceAccount", 6, false},
    {"msDS-DelegatedManagedServiceAccount", 6, false},
};
constexpr int kOwnClass = 10;  // named in the settings: whoever names it means it

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& candidate) {
    return equalsIgnoreCaseAscii(candidate, name);
  });
}

}  // namespace

ObjectClasses::ObjectClasses(const std::vector<std::string>& selected,
                             directory::NameTable& types) {
  for (const KnownClass& known : kClasses) {
    const bool wanted = contains(selected, known.name);
    const auto type = directory::ObjectTypeId(types.intern(known.name));
    entries_.push_back({toLowerAscii(known.name),
                        {type, known.is_container, wanted || known.is_container, known.rank}});
    if (wanted || known.is_container) searched_.emplace_back(known.name);
    if (known.is_container) containers_.emplace_back(known.name);
  }
  for (const std::string& name : selected) {
    if (contains(searched_, name)) continue;
    const auto type = directory::ObjectTypeId(types.intern(name));
    entries_.push_back({toLowerAscii(name), {type, false, true, kOwnClass}});
    searched_.push_back(name);
  }
}

void ObjectClasses::consider(std::string_view object_class, Kind& kind) const {
  for (const Entry& entry : entries_) {
    if (entry.kind.rank <= kind.rank || entry.name.size() != object_class.size()) continue;
    if (!equalsIgnoreCaseAscii(entry.name, object_class)) continue;
    kind = entry.kind;
    return;
  }
}

}  // namespace tandem::connectors::entry
