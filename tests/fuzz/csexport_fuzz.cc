// SPDX-License-Identifier: Apache-2.0
//
// A csexport file comes from another server. Whatever it is: objects, or an error with a line; and
// what was read is, written again, read as the same.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "base/check.h"
#include "csexport/csexport_reader.h"
#include "csexport/csexport_writer.h"

namespace {

using namespace tandem;

Result<std::vector<csexport::CsObject>> readAll(const std::string& text) {
  std::istringstream in(text);
  std::vector<csexport::CsObject> objects;
  TRY(csexport::readCsExport(in, "x", [&](csexport::CsObject& object) -> Result<void> {
    objects.push_back(std::move(object));
    return {};
  }));
  return objects;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const auto objects = readAll(text);
  if (!objects.ok()) {
    TANDEM_CHECK(objects.error().message().rfind("x:", 0) == 0);
    return 0;
  }
  std::ostringstream out;
  csexport::CsExportWriter writer(out);
  std::ostringstream rows;
  csexport::AnalyzerCsvWriter csv(rows);
  for (const csexport::CsObject& object : objects.value()) {
    writer.add(object);
    csv.add(object);
  }
  writer.end();
  const auto again = readAll(out.str());
  TANDEM_CHECK(again.ok());
  TANDEM_CHECK(again.value() == objects.value());
  return 0;
}
