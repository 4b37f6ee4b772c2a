// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "csexport/cs_object.h"

namespace tandem::csexport {

// Pending exports in the XML of csexport, object by object. Text that XML cannot hold goes as
// base64.
class CsExportWriter {
 public:
  explicit CsExportWriter(std::ostream& out);
  void add(const CsObject& object);
  void end();

 private:
  void addAttribute(const CsAttribute& attribute);
  void addValue(const CsAttribute& attribute, const CsValue& value);

  std::ostream& out_;
  std::string text_;
};

// The same as one row for each attribute, as CSExportAnalyzer makes them: values of single-valued
// attributes, and of others only how many are added and removed. OMODT is what happens to the
// object, AMODT what happens to the attribute.
class AnalyzerCsvWriter {
 public:
  explicit AnalyzerCsvWriter(std::ostream& out);
  void add(const CsObject& object);

 private:
  std::ostream& out_;
};

}  // namespace tandem::csexport
