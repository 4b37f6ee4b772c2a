// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <vector>

#include "expression/function.h"
#include "expression/suggestion.h"

namespace tandem::expression {

std::span<const Theme> library() {
  static const std::array<Theme, 9> kThemes = {{{"Evaluation", evaluationFunctions()},
                                                {"Flow control", flowFunctions()},
                                                {"Text", textFunctions()},
                                                {"Multi-valued attributes", multivalueFunctions()},
                                                {"Conversion", conversionFunctions()},
                                                {"Math", mathFunctions()},
                                                {"Date and time", dateFunctions()},
                                                {"Directory", directoryFunctions()},
                                                {"Certificates", certificateFunctions()}}};
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

}  // namespace tandem::expression
