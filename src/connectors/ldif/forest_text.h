// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/ldif/forest.h"

namespace tandem::connectors::ldif {

std::uint64_t mixBits(std::uint64_t value);
// "Müller-Łęcki" → "muellerlecki": lower-case letters and digits only.
std::string asciiName(std::string_view text);
// 16 bytes with the marks of a random GUID. Kinds keep people, groups and OUs apart.
std::string inventedGuid(std::uint64_t seed, std::uint64_t kind, std::uint64_t number);
std::string inventedSid(std::uint64_t seed, std::uint64_t rid);
// "20190314081500.0Z", the same for the same number.
std::string inventedTime(std::uint64_t number);

enum ForestKind : std::uint64_t {
  kPersonKind = 1,
  kGroupKind = 2,
  kContactKind = 3,
  kContainerKind = 4,
  kSystemKind = 5,
};

// An entry as LDIF text, with what every entry of the flavour has.
class EntryText {
 public:
  EntryText(const ForestPlan& plan, std::string dn);
  EntryText& add(std::string_view name, std::string_view value);
  EntryText& addIf(bool condition, std::string_view name, std::string_view value);
  EntryText& objectClasses(std::string_view blank_separated);
  // objectGUID or entryUUID, times, USNs: nothing when the entry is for loading.
  EntryText& operational(ForestKind kind, std::uint64_t number);
  std::string finish();

 private:
  const ForestPlan& plan_;
  std::string dn_;
  std::string text_;
};

}  // namespace tandem::connectors::ldif
