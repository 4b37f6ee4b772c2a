// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <vector>

#include "expression/function.h"
#include "expression/suggestion.h"

namespace tandem::expression {
namespace {

// In Microsoft's reference, not here yet. Those that ask a clock or for random numbers would also
// make synchronizing twice give two results.
constexpr std::array<std::string_view, 25> kPlanned = {"CertExtensionOids",
                                                       "CertFormat",
                                                       "CertFriendlyName",
                                                       "CertHashString",
                                                       "CertIssuer",
                                                       "CertIssuerDN",
                                                       "CertIssuerOid",
                                                       "CertKeyAlgorithm",
                                                       "CertKeyAlgorithmParams",
                                                       "CertNameInfo",
                                                       "CertNotAfter",
                                                       "CertNotBefore",
                                                       "CertPublicKeyOid",
                                                       "CertPublicKeyParametersOid",
                                                       "CertSerialNumber",
                                                       "CertSignatureAlgorithmOid",
                                                       "CertSubject",
                                                       "CertSubjectNameDN",
                                                       "CertSubjectNameOid",
                                                       "CertThumbprint",
                                                       "CertVersion",
                                                       "Guid",
                                                       "IsCert",
                                                       "Now",
                                                       "RandomNum"};

}  // namespace

std::span<const Theme> library() {
  static const std::array<Theme, 8> kThemes = {{{"Evaluation", evaluationFunctions()},
                                                {"Flow control", flowFunctions()},
                                                {"Text", textFunctions()},
                                                {"Multi-valued attributes", multivalueFunctions()},
                                                {"Conversion", conversionFunctions()},
                                                {"Math", mathFunctions()},
                                                {"Date and time", dateFunctions()},
                                                {"Directory", directoryFunctions()}}};
  return kThemes;
}

const Function* findFunction(std::string_view name) {
  for (const Theme& theme : library()) {
    for (const Function& function : theme.functions) {
      if (function.name == name) return &function;
    }
  }
  return nullptr;
}

std::string nearestFunction(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Theme& theme : library()) {
    for (const Function& function : theme.functions)
      names.push_back(function.name);
  }
  return closest(name, names);
}

bool isPlannedFunction(std::string_view name) {
  return std::find(kPlanned.begin(), kPlanned.end(), name) != kPlanned.end();
}

}  // namespace tandem::expression
