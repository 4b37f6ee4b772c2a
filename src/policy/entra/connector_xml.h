// SPDX-License-Identifier: Apache-2.0
//
// The other two kinds of file of a server configuration folder: <ma-data>, a connector, and
// <saved-mv-configuration>, the settings of the whole server.
#pragma once

#include <string_view>
#include <vector>

#include "base/problem.h"
#include "policy/entra/entra_configuration.h"
#include "policy/entra/xml_document.h"

namespace tandem::policy::entra {

EntraConnector readConnectorXml(const XmlElement& root, std::string_view file, Problems& problems);
// Everything of a connector that the values hold; the parts that only servers fill in (schemas,
// extension settings) are empty.
XmlElement connectorXml(const EntraConnector& connector);

// Fills metadata, settings and the metaverse's schema.
void readSettingsXml(const XmlElement& root, EntraConfiguration& into);
XmlElement settingsXml(const EntraConfiguration& configuration);

}  // namespace tandem::policy::entra
