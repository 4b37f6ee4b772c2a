// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/ldif/forest.h"
#include "connectors/ldif/ldif_folder.h"
#include "connectors/ldif/ldif_parser.h"
#include "directory/dn.h"

namespace tandem::connectors::ldif {
namespace {

void appendRecord(std::string& out, const LdifRecord& record) {
  appendLdifLine(out, "dn", record.dn());
  for (std::size_t i = 0; i < record.size(); ++i)
    appendLdifLine(out, record.at(i).name, record.at(i).value);
  out += '\n';
}

// Readers see the old file or the new one, never half of one.
Result<void> replaceFile(const std::string& path, const std::string& text) {
  const std::string draft = path + ".new";
  std::ofstream out(draft, std::ios::binary);
  out << text;
  out.close();
  if (out.fail() || std::rename(draft.c_str(), path.c_str()) != 0) {
    std::error_code ignored;
    std::filesystem::remove(draft, ignored);
    return Error(ErrorCode::kUnavailable, fmt::format("{} cannot be written", path));
  }
  return {};
}

using Edit = std::function<void(const LdifRecord& record, std::string& out)>;

// Writes the file anew with the entry's text made by edit; false when it does not hold the DN.
Result<bool> editFile(const std::string& path, const std::string& dn_key, const Edit& edit) {
  std::ifstream in(path, std::ios::binary);
  LdifParser parser(in, path);
  LdifRecord record;
  std::string text;
  bool found = false;
  while (TRY(parser.next(record))) {
    if (!found && directory::dnKey(record.dn()) == dn_key) {
      found = true;
      edit(record, text);
    } else {
      appendRecord(text, record);
    }
  }
  if (found) TRY(replaceFile(path, text));
  return found;
}

Result<void> editEntry(const std::string& folder, const std::string& dn, const Edit& edit) {
  const std::string key = directory::dnKey(dn);
  for (const std::string& path : TRY(listLdifFiles(folder))) {
    if (TRY(editFile(path, key, edit))) return {};
  }
  return Error(ErrorCode::kNotFound, fmt::format("no file in {} holds {}", folder, dn));
}

}  // namespace

Result<void> addLdifEntry(const std::string& folder,
                          const std::string& file,
                          const std::string& ldif) {
  const std::string path = folder + "/" + file;
  std::string text;
  if (std::ifstream in(path, std::ios::binary); in) {
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  if (!text.empty() && !text.ends_with("\n\n")) text += text.ends_with('\n') ? "\n" : "\n\n";
  return replaceFile(path, text + ldif);
}

Result<void> removeLdifEntry(const std::string& folder, const std::string& dn) {
  return editEntry(folder, dn, [](const LdifRecord&, std::string&) {});
}

Result<std::vector<std::string>> ldifAttribute(const std::string& folder,
                                               const std::string& dn,
                                               const std::string& attribute) {
  const std::string key = directory::dnKey(dn);
  for (const std::string& path : TRY(listLdifFiles(folder))) {
    std::ifstream in(path, std::ios::binary);
    LdifParser parser(in, path);
    LdifRecord record;
    while (TRY(parser.next(record))) {
      if (directory::dnKey(record.dn()) != key) continue;
      std::vector<std::string> values;
      for (std::size_t i = 0; i < record.size(); ++i) {
        if (equalsIgnoreCaseAscii(record.at(i).name, attribute)) {
          values.emplace_back(record.at(i).value);
        }
      }
      return values;
    }
  }
  return Error(ErrorCode::kNotFound, fmt::format("no file in {} holds {}", folder, dn));
}

Result<void> setLdifAttribute(const std::string& folder,
                              const std::string& dn,
                              const std::string& attribute,
                              const std::vector<std::string>& values) {
  return editEntry(folder, dn, [&](const LdifRecord& record, std::string& out) {
    appendLdifLine(out, "dn", record.dn());
    for (std::size_t i = 0; i < record.size(); ++i) {
      if (!equalsIgnoreCaseAscii(record.at(i).name, attribute)) {
        appendLdifLine(out, record.at(i).name, record.at(i).value);
      }
    }
    for (const std::string& value : values)
      appendLdifLine(out, attribute, value);
    out += '\n';
  });
}

}  // namespace tandem::connectors::ldif
