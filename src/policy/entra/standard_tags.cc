// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/standard_tags.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::policy::entra {
namespace {

constexpr std::string_view kOurs = "Tandem.";

struct SameWork {
  std::string_view theirs;
  std::string_view ours;
};

// They split what goes out by the service that reads it, we by what it describes: several of theirs
// are one of ours. docs/reference/default-rules.md says what each of ours does.
constexpr SameWork kSameWork[] = {
    {"InfromADUserJoin", "InFromADUserJoin"},
    {"InfromADUserAccountEnabled", "InFromADUserAccountEnabled"},
    {"InfromADUserCommonfromExchange", "InFromADUserCommon"},
    {"InfromADUserCommon", "InFromADUserCommon"},
    {"InfromADUserExchange", "InFromADUserExchange"},
    {"InfromADInetOrgPersonJoin", "InFromADInetOrgPersonJoin"},
    {"InfromADInetOrgPersonAccountEnabled", "InFromADInetOrgPersonAccountEnabled"},
    {"InfromADInetOrgPersonCommonfromExchange", "InFromADInetOrgPersonCommon"},
    {"InfromADInetOrgPersonCommon", "InFromADInetOrgPersonCommon"},
    {"InfromADInetOrgPersonExchange", "InFromADInetOrgPersonExchange"},
    {"InfromADGroupJoin", "InFromADGroupJoin"},
    {"InfromADGroupCommon", "InFromADGroupCommon"},
    {"InfromADGroupExchange", "InFromADGroupExchange"},
    {"InfromADContactJoin", "InFromADContactJoin"},
    {"InfromADContactCommon", "InFromADContactCommon"},
    {"InfromADForeignSecurityPrincipalJoinUser", "InFromADForeignSecurityPrincipalJoin"},
    {"InfromAADUserJoin", "InFromEntraUserJoin"},
    {"InfromAADGroupJoin", "InFromEntraGroupJoin"},
    {"InfromAADContactJoin", "InFromEntraContactJoin"},
    {"OuttoAADUserJoin", "OutToEntraUserJoin"},
    {"OuttoAADUserIdentity", "OutToEntraUserIdentity"},
    {"OuttoAADUserExchangeOnline", "OutToEntraUserExchange"},
    {"OuttoAADUserDynamicsCRM", "OutToEntraUserProfile"},
    {"OuttoAADUserIntune", "OutToEntraUserProfile"},
    {"OuttoAADUserLyncOnline", "OutToEntraUserProfile"},
    {"OuttoAADUserSharePointOnline", "OutToEntraUserProfile"},
    {"OuttoAADUserAzureRMS", "OutToEntraUserProfile"},
    {"OuttoAADUserOfficeProPlus", "OutToEntraUserProfile"},
    {"OuttoAADGroupJoin", "OutToEntraGroupJoin"},
    {"OuttoAADGroupIdentity", "OutToEntraGroupCommon"},
    {"OuttoAADGroupExchangeOnline", "OutToEntraGroupCommon"},
    {"OuttoAADGroupDynamicsCRM", "OutToEntraGroupCommon"},
    {"OuttoAADGroupIntune", "OutToEntraGroupCommon"},
    {"OuttoAADGroupLyncOnline", "OutToEntraGroupCommon"},
    {"OuttoAADGroupSharePointOnline", "OutToEntraGroupCommon"},
    {"OuttoAADGroupAzureRMS", "OutToEntraGroupCommon"},
    {"OuttoAADContactJoin", "OutToEntraContactJoin"},
    {"OuttoAADContactIdentity", "OutToEntraContactCommon"},
    {"OuttoAADContactExchangeOnline", "OutToEntraContactCommon"},
    {"OuttoAADContactDynamicsCRM", "OutToEntraContactCommon"},
    {"OuttoAADContactIntune", "OutToEntraContactCommon"},
    {"OuttoAADContactLyncOnline", "OutToEntraContactCommon"},
    {"OuttoAADContactSharePointOnline", "OutToEntraContactCommon"},
    {"OuttoAADContactAzureRMS", "OutToEntraContactCommon"},
};

}  // namespace

std::string_view tagStem(std::string_view tag) {
  const std::size_t first = tag.find('.');
  if (first == std::string_view::npos) return tag;
  tag.remove_prefix(first + 1);
  const std::size_t last = tag.rfind('.');
  return last == std::string_view::npos ? tag : tag.substr(0, last);
}

bool isOurTag(std::string_view tag) {
  return equalsIgnoreCaseAscii(tag.substr(0, kOurs.size()), kOurs);
}

std::string_view ourStem(std::string_view tag) {
  const std::string_view stem = tagStem(tag);
  if (isOurTag(tag)) return stem;
  for (const SameWork& pair : kSameWork) {
    if (equalsIgnoreCaseAscii(pair.theirs, stem)) return pair.ours;
  }
  return {};
}

}  // namespace tandem::policy::entra
