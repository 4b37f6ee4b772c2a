// SPDX-License-Identifier: Apache-2.0
//
// An object of a connector space with its pending export, in the terms of Entra Connect's csexport.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::csexport {

struct CsValue {
  std::string operation = "add";  // or "delete"
  std::string bytes;              // text, or octets; of a reference its DN
  std::string anchor;             // of a reference, when it is known
  friend bool operator==(const CsValue&, const CsValue&) = default;
};

struct CsAttribute {
  std::string name;
  std::string operation;        // "add", "replace", "update", "delete"
  std::string type = "string";  // "integer", "boolean", "binary"; for a reference "reference"
  bool is_multi = false;
  std::vector<CsValue> values;
  bool isReference() const { return type == "reference"; }
  friend bool operator==(const CsAttribute&, const CsAttribute&) = default;
};

struct CsDelta {
  std::string operation;  // "add", "update", "replace", "delete", "delete-add"
  std::string dn;
  std::string anchor;  // octets; empty: none yet
  std::vector<CsAttribute> attributes;
  friend bool operator==(const CsDelta&, const CsDelta&) = default;
};

struct CsObject {
  std::string dn;
  std::string id;         // "{guid}", of the server that wrote it
  std::string type;       // "user"
  std::string connector;  // "ma-name"
  std::optional<CsDelta> pending_export;
  friend bool operator==(const CsObject&, const CsObject&) = default;
};

}  // namespace tandem::csexport
