// SPDX-License-Identifier: Apache-2.0
#include "cli/pending_files.h"

#include <fstream>
#include <optional>

#include <fmt/core.h>

#include "compare/pending_file.h"
#include "csexport/csexport_writer.h"

namespace tandem::cli {
namespace {

Result<void> open(const std::string& path, std::ofstream& file) {
  if (path.empty()) return {};
  file.open(path, std::ios::binary | std::ios::trunc);
  if (file) return {};
  return Error(
      ErrorCode::kInvalidArgument,
      fmt::format("cannot write {}: see whether the folder is there and can be written to", path));
}

Result<void> close(const std::string& path, std::ofstream& file) {
  if (path.empty()) return {};
  file.close();
  if (file) return {};
  return Error(ErrorCode::kUnavailable, fmt::format("{} is not whole: the disk may be full", path));
}

}  // namespace

Result<std::int64_t> writePendingFiles(const sync::Engine& engine,
                                       const std::vector<sync::ConnectorId>& connectors,
                                       const PendingFiles& files) {
  std::ofstream xml_file;
  std::ofstream csv_file;
  TRY(open(files.xml_path, xml_file));
  TRY(open(files.csv_path, csv_file));
  std::optional<csexport::CsExportWriter> xml;
  std::optional<csexport::AnalyzerCsvWriter> csv;
  if (!files.xml_path.empty()) xml.emplace(xml_file);
  if (!files.csv_path.empty()) csv.emplace(csv_file);
  std::int64_t count = 0;
  for (const sync::ConnectorId connector : connectors) {
    TRY(compare::forEachPendingExport(
        engine, connector, [&](const csexport::CsObject& object) -> Result<void> {
          if (xml) xml->add(object);
          if (csv) csv->add(object);
          ++count;
          return {};
        }));
  }
  if (xml) xml->end();
  TRY(close(files.xml_path, xml_file));
  TRY(close(files.csv_path, csv_file));
  return count;
}

}  // namespace tandem::cli
