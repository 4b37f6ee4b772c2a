// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "base/check.h"
#include "policy/entra/conversion.h"
#include "policy/entra/read_configuration.h"
#include "policy/policy_writer.h"

// One file of any format: XML, settings JSON, rule script, YAML. It is read or refused with a
// place, and what is read becomes a policy that is text again.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  using namespace tandem::policy;
  const std::string_view bytes(reinterpret_cast<const char*>(octets), size);
  const auto read = entra::readConfigurationText(bytes, "f");
  if (!read.ok()) return 0;
  const entra::ReadConfiguration& configuration = read.value();
  for (const tandem::Problem& problem : configuration.problems) {
    TANDEM_CHECK(problem.where.rfind("f:", 0) == 0);
  }
  const bool has_one = configuration.policy.has_value() || configuration.configuration.has_value();
  TANDEM_CHECK(has_one != tandem::hasErrors(configuration.problems));
  if (configuration.configuration) {
    (void)writePolicy(entra::convert(*configuration.configuration, {}).document);
  }
  return 0;
}
