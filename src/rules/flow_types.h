// SPDX-License-Identifier: Apache-2.0
//
// Which values an attribute takes, and how they are written to a record. The same table serves the
// check of a rule and its evaluation.
#pragma once

#include <string_view>
#include <vector>

#include "directory/schema.h"
#include "expression/value.h"
#include "expression/workspace.h"

namespace tandem::rules {

// Text takes numbers (decimal), booleans (True, False) and references (their DN); octets become
// text only by ConvertToBase64() and the like, times only by FormatDateTime(). Everything else
// takes its own kind. References are not values (see canYield).
bool canBecome(expression::Kind kind, directory::ValueType target);
// Can any of these results be used? Words and NULL always can.
bool canYield(expression::TypeSet results, directory::ValueType target);
// Could a result be something that a reference attribute cannot take over?
bool yieldsOtherThanLinks(expression::TypeSet results);
// Neither a link nor a text, which may be the DN of an object.
bool yieldsOtherThanNames(expression::TypeSet results);

// One scalar as the bytes of the target's type, in the workspace's arena or where it was. Needs
// canBecome(). Empty means: no value.
std::string_view toBytes(const expression::Value& value,
                         directory::ValueType target,
                         expression::Workspace& work);

}  // namespace tandem::rules
