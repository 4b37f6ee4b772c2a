// SPDX-License-Identifier: Apache-2.0
#include "csexport/csexport_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/csv.h"

namespace tandem::csexport {
namespace {

// XML 1.0, 2.2: of the control characters only these; and U+FFFE, U+FFFF never.
bool fitsXml(std::string_view text) {
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  return !has_control && isValidUtf8(text) && text.find("\xEF\xBF\xBE") == std::string_view::npos &&
         text.find("\xEF\xBF\xBF") == std::string_view::npos;
}

// Line ends and tabs are written as numbers: readers would make blanks of them (XML 1.0, 3.3.3).
void appendEscaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\t':
      case '\n':
      case '\r':
        out += fmt::format("&#{};", static_cast<int>(c));
        break;
      default:
        out += c;
    }
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  appendEscaped(out, fitsXml(text) ? text : std::string_view("?"));
  return out;
}

std::string anchorElement(std::string_view anchor) {
  if (anchor.empty()) return {};
  return fmt::format("<anchor encoding=\"base64\">{}</anchor>", toBase64(anchor));
}

}  // namespace

CsExportWriter::CsExportWriter(std::ostream& out) : out_(out) {
  out_ << "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<cs-objects>\n";
}

void CsExportWriter::add(const CsObject& object) {
  text_ = fmt::format(" <cs-object cs-dn=\"{}\" id=\"{}\" object-type=\"{}\">\n",
                      escaped(object.dn),
                      escaped(object.id),
                      escaped(object.type));
  if (object.pending_export) {
    const CsDelta& delta = *object.pending_export;
    text_ += fmt::format("  <unapplied-export>\n   <delta operation=\"{}\" dn=\"{}\">\n",
                         escaped(delta.operation),
                         escaped(delta.dn));
    if (!delta.anchor.empty()) text_ += "    " + anchorElement(delta.anchor) + "\n";
    for (const CsAttribute& attribute : delta.attributes)
      addAttribute(attribute);
    text_ += "   </delta>\n  </unapplied-export>\n";
  }
  text_ += fmt::format("  <ma-name>{}</ma-name>\n </cs-object>\n", escaped(object.connector));
  out_ << text_;
}

void CsExportWriter::addAttribute(const CsAttribute& attribute) {
  const std::string_view element = attribute.isReference() ? "dn-attr" : "attr";
  text_ += fmt::format("    <{} name=\"{}\" operation=\"{}\"",
                       element,
                       escaped(attribute.name),
                       escaped(attribute.operation));
  if (!attribute.isReference()) text_ += fmt::format(" type=\"{}\"", escaped(attribute.type));
  text_ += fmt::format(" multivalued=\"{}\">\n", attribute.is_multi);
  for (const CsValue& value : attribute.values)
    addValue(attribute, value);
  text_ += fmt::format("    </{}>\n", element);
}

void CsExportWriter::addValue(const CsAttribute& attribute, const CsValue& value) {
  if (attribute.isReference()) {
    text_ += fmt::format("     <dn-value operation=\"{}\"><dn>{}</dn>{}</dn-value>\n",
                         value.operation,
                         escaped(value.bytes),
                         anchorElement(value.anchor));
    return;
  }
  text_ += fmt::format("     <value operation=\"{}\"", value.operation);
  if (attribute.type == "binary" || !fitsXml(value.bytes)) {
    text_ += " encoding=\"base64\">";
    appendBase64(text_, value.bytes);
  } else {
    text_ += ">";
    appendEscaped(text_, value.bytes);
  }
  text_ += "</value>\n";
}

void CsExportWriter::end() {
  out_ << "</cs-objects>\n";
  out_.flush();
}

AnalyzerCsvWriter::AnalyzerCsvWriter(std::ostream& out) : out_(out) {
  std::string row;
  appendCsvRow(row, {"DN", "Type", "OMODT", "Attribute", "AMODT", "Value", "Added", "Removed"});
  out_ << row;
}

void AnalyzerCsvWriter::add(const CsObject& object) {
  if (!object.pending_export) return;
  const CsDelta& delta = *object.pending_export;
  std::string rows;
  if (delta.attributes.empty())
    appendCsvRow(rows, {object.dn, object.type, delta.operation, "", "", "", "", ""});
  for (const CsAttribute& attribute : delta.attributes) {
    const auto removed =
        std::count_if(attribute.values.begin(), attribute.values.end(), [](const CsValue& one) {
          return one.operation == "delete";
        });
    const auto added = static_cast<std::ptrdiff_t>(attribute.values.size()) - removed;
    std::string value;
    if (!attribute.is_multi) {
      for (const CsValue& one : attribute.values) {
        if (one.operation != "add") continue;
        value = attribute.type == "binary" ? toBase64(one.bytes) : one.bytes;
      }
    }
    appendCsvRow(rows,
                 {object.dn,
                  object.type,
                  delta.operation,
                  attribute.name,
                  attribute.operation,
                  value,
                  attribute.is_multi ? std::to_string(added) : "",
                  attribute.is_multi ? std::to_string(removed) : ""});
  }
  out_ << rows;
}

}  // namespace tandem::csexport
