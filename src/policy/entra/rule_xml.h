// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/problem.h"
#include "policy/entra/entra_configuration.h"
#include "policy/entra/xml_document.h"

namespace tandem::policy::entra {

// <synchronizationRule>, as Get-ADSyncServerConfiguration writes it. Flow types are not stored: an
// expression makes one, else an <attr> under <src>, else its text is a constant.
EntraRule readRuleXml(const XmlElement& root, std::string_view file, Problems& problems);

// The elements in the order in which servers write them. A rule that is what it was when it was
// read is the element that it was read from.
XmlElement ruleXml(const EntraRule& rule);

}  // namespace tandem::policy::entra
