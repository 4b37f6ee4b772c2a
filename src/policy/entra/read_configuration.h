// SPDX-License-Identifier: Apache-2.0
//
// Any of the formats, told by what is in it and never by its name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/problem.h"
#include "base/result.h"
#include "policy/entra/entra_configuration.h"
#include "policy/policy_document.h"

namespace tandem::policy::entra {

struct ReadConfiguration {
  Format format = Format::kPolicy;
  // One of the two; neither when the text has errors.
  std::optional<EntraConfiguration> configuration;
  std::optional<PolicyDocument> policy;
  Problems problems;
};

// An error: the file or folder cannot be read, or is none of the formats.
Result<ReadConfiguration> readConfiguration(const std::string& path);
// The same for the bytes of one file.
Result<ReadConfiguration> readConfigurationText(std::string_view bytes, const std::string& file);

}  // namespace tandem::policy::entra
