// SPDX-License-Identifier: Apache-2.0
//
// Which of our standard rules does the work of which of Entra Connect's. Theirs are told by the
// tag, because names repeat from connector to connector and precedences are one server's own.
#pragma once

#include <string>
#include <string_view>

namespace tandem::policy::entra {

// "Microsoft.InfromADUserJoin.006" → "InfromADUserJoin"; the number rises when the rule changes.
std::string_view tagStem(std::string_view tag);
bool isOurTag(std::string_view tag);  // "Tandem.…"

// The stem of our rule: for "Microsoft.OuttoAADUserIntune.004" "OutToEntraUserProfile", for our own
// tags their own. "" when no rule of ours does that work.
std::string_view ourStem(std::string_view tag);

}  // namespace tandem::policy::entra
