// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "policy/json_document.h"

namespace tandem::policy::entra {

// A JSON or YAML object as PowerShell's people write it: letter case of keys does not matter, and a
// value is what its text says. Keys that nobody asked for are reported and change nothing.
class LooseObject {
 public:
  LooseObject(const JsonNode& node, std::string_view file, Problems& problems);

  // The member under the first of the names that is there; nullptr when none is, or it is null.
  const JsonNode* find(std::initializer_list<std::string_view> names);
  // Its text; "" when it is absent.
  std::string text(std::initializer_list<std::string_view> names);
  // Keys that are known and say nothing that is needed here.
  void ignore(std::initializer_list<std::string_view> names);
  void reportUnknown() const;

  std::string where() const { return whereOf(node_); }
  std::string whereOf(const JsonNode& node) const;
  Problems& problems() const { return problems_; }
  std::string_view file() const { return file_; }

 private:
  const JsonNode& node_;
  std::string_view file_;
  Problems& problems_;
  std::vector<std::string_view> asked_;
};

// A text, number or boolean as text; arrays and objects have none.
std::string scalarText(const JsonNode& node);
// The elements of an array; anything else but null is an array of itself, because ConvertTo-Json
// unrolls arrays of one.
std::vector<const JsonNode*> elementsOf(const JsonNode* node);
std::vector<std::string> textsOf(const JsonNode* node);

}  // namespace tandem::policy::entra
