// SPDX-License-Identifier: Apache-2.0
//
// The words of a rule, as every export format spells them: any letter case, with the reason when
// one is not known. All of them leave the field alone then.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/problem.h"
#include "policy/entra/entra_configuration.h"

namespace tandem::policy::entra {

// Where a word stands, and where to say that it is wrong.
struct WordPlace {
  const std::string& where;
  Problems& problems;

  void error(std::string message) const;
  void warning(std::string message) const;
};

void readDirection(std::string_view text, const WordPlace& at, rules::Direction& field);
void readLinkType(std::string_view text, const WordPlace& at, rules::LinkType& field);
void readMergeType(std::string_view text, const WordPlace& at, rules::MergeType& field);
void readFlowType(std::string_view text, const WordPlace& at, rules::FlowType& field);
// "True", "false", "1", "0".
void readFlag(std::string_view text, std::string_view name, const WordPlace& at, bool& field);
void readPrecedence(std::string_view text, const WordPlace& at, std::int32_t& field);
void readVersion(std::string_view text, const WordPlace& at, std::int64_t& field);
// A GUID in normal form; "" for none.
void readId(std::string_view text, std::string_view name, const WordPlace& at, std::string& field);
// The operator as servers store it.
void readOperator(std::string_view text, const WordPlace& at, std::string& field);

// What every rule must have, whichever format it came from.
void checkRule(EntraRule& rule, Problems& problems);

}  // namespace tandem::policy::entra
