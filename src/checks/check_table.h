// SPDX-License-Identifier: Apache-2.0
//
// The attribute checks, one row each. A check is a pure function of one value of one attribute (or
// of its absence) and of the object around it; the checks of an attribute run in the order of the
// table, and each sees the value as those before it repaired it.
//
// Where they come from: IdFix's rules for a tenant and for Exchange, and what those overlook. An
// error is what the tenant refuses or quarantines; a warning is what it drops, changes, or takes
// although it will hardly be what was meant.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "checks/subject.h"

namespace tandem::checks {

enum class Severity : std::uint8_t {
  kWarning = 1,
  kError = 2
};

// IdFix's words, so that people find what they know.
enum class Fault : std::uint8_t {
  kFormat,
  kBlank,
  kDuplicate,
  kCharacter,
  kTopLevelDomain,
  kDomainPart,
  kLocalPart,
  kLength
};

enum class Suggestion : std::uint8_t {
  kNone,    // a person has to decide
  kEdit,    // to the value that goes with it
  kRemove,  // this value
  kLeave    // harmless here
};

struct Verdict {
  bool wrong = false;
  Suggestion suggestion = Suggestion::kNone;
  std::string value;  // kEdit
};

using Look = Verdict (*)(const Subject& object, std::string_view value);

struct Check {
  std::string_view id;  // "userPrincipalName-characters"
  Attribute attribute = Attribute::kUserPrincipalName;
  std::uint8_t kinds = 0;  // ObjectKind bits
  Severity severity = Severity::kError;
  Fault fault = Fault::kFormat;
  std::string_view wrong;   // what is wrong, behind the attribute's name: "has …"
  std::string_view repair;  // what to do about it, a sentence without its full stop
  // Of a duplicate, only how to go on: whether there is one is for who knows all objects.
  // Of kBlank, called once with an empty value when the attribute is absent.
  Look look = nullptr;
};

std::span<const Check> allChecks();
const Check* findCheck(std::string_view id);

std::string_view toString(Severity severity);      // "error"
std::string_view toString(Fault fault);            // "character"
std::string_view toString(Suggestion suggestion);  // "edit"; empty for none

}  // namespace tandem::checks
