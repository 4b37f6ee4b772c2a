// SPDX-License-Identifier: Apache-2.0
//
// A server configuration folder, as Get-ADSyncServerConfiguration writes it:
//
//   Connectors/Connector_{GUID}.xml
//   GlobalSettings/MV.xml
//   SynchronizationRules/SynchronizationRule_{GUID}.xml
#pragma once

#include <string>
#include <string_view>

#include "base/problem.h"
#include "base/result.h"
#include "policy/entra/entra_configuration.h"

namespace tandem::policy::entra {

// Whether the folder, or the one folder in it, holds at least one of the three. "" when not, else
// the path of the folder that does.
std::string findConfigurationFolder(const std::string& path);

// One file of the folder, whatever its name: its root element says what it is.
void readFolderFile(std::string_view bytes,
                    const std::string& file,
                    EntraConfiguration& into,
                    Problems& problems);

// Everything that could be read; problems say what could not. An error alone: the folder is not
// readable.
Result<EntraConfiguration> readFolder(const std::string& path, Problems& problems);

// Makes the folder, which must not be there yet or be empty, with mode 0700.
Result<void> writeFolder(const EntraConfiguration& configuration, const std::string& path);

}  // namespace tandem::policy::entra
