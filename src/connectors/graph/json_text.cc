// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/json_text.h"

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::connectors::graph {
namespace {

void appendEscaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += toHex(std::string_view(&c, 1));
  }
}

}  // namespace

void appendJsonString(std::string& out, std::string_view text) {
  out += '"';
  std::size_t clean = 0;  // start of the run that needs no escape
  for (std::size_t i = findJsonEscape(text); i < text.size(); i = findJsonEscape(text, clean)) {
    out.append(text.substr(clean, i - clean));
    appendEscaped(out, text[i]);
    clean = i + 1;
  }
  out.append(text.substr(clean));
  out += '"';
}

}  // namespace tandem::connectors::graph
