// SPDX-License-Identifier: Apache-2.0
//
// The functions behind the check table: each says whether a value is in order, and what it would be
// when repaired. Pure; a test calls them with literals.
#pragma once

#include "checks/check_table.h"

namespace tandem::checks {

Verdict fine();
// The same value is no repair: then nothing is suggested.
Verdict editTo(std::string value);
Verdict wrongWithout();  // a suggestion

template <std::size_t kMax>
Verdict longerThan(const Subject& object, std::string_view value);

// -- any attribute
Verdict outerSpace(const Subject& object, std::string_view value);
Verdict absentName(const Subject& object, std::string_view value);   // displayName
Verdict absentAlias(const Subject& object, std::string_view value);  // from other names
Verdict absentUserPrincipalName(const Subject& object, std::string_view value);
Verdict absentTargetAddress(const Subject& object, std::string_view value);

// -- alias and account name
Verdict leadingPeriod(const Subject& object, std::string_view value);
Verdict trailingPeriod(const Subject& object, std::string_view value);
Verdict aliasCharacters(const Subject& object, std::string_view value);
Verdict groupAliasCharacters(const Subject& object, std::string_view value);
Verdict accountNameCharacters(const Subject& object, std::string_view value);
Verdict accountNameLength(const Subject& object, std::string_view value);
Verdict anchorLength(const Subject& object, std::string_view value);
Verdict anchorCharacters(const Subject& object, std::string_view value);

// -- user principal name
Verdict localPartLength(const Subject& object, std::string_view value);
Verdict domainLength(const Subject& object, std::string_view value);
Verdict userNameCharacters(const Subject& object, std::string_view value);
Verdict apostrophe(const Subject& object, std::string_view value);
Verdict userNameEnd(const Subject& object, std::string_view value);
Verdict unverifiedDomain(const Subject& object, std::string_view value);

// -- addresses. Of values with a type ("smtp:…", "X500:…") those of mail look at smtp alone.
Verdict mailCharacters(const Subject& object, std::string_view value);
Verdict smtpCharacters(const Subject& object, std::string_view value);
Verdict x500Characters(const Subject& object, std::string_view value);
Verdict otherTypeCharacters(const Subject& object, std::string_view value);
Verdict secondColon(const Subject& object, std::string_view value);
Verdict typeMissing(const Subject& object, std::string_view value);
Verdict secondPrimary(const Subject& object, std::string_view value);
Verdict addressForm(const Subject& object, std::string_view value);
Verdict addressLocalPart(const Subject& object, std::string_view value);
Verdict addressDomain(const Subject& object, std::string_view value);
Verdict addressTopLevel(const Subject& object, std::string_view value);

// -- duplicates: what to do when there is one
Verdict leaveWithAlias(const Subject& object, std::string_view value);
Verdict duplicateProxy(const Subject& object, std::string_view value);
Verdict decide(const Subject& object, std::string_view value);

}  // namespace tandem::checks
