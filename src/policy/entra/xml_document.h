// SPDX-License-Identifier: Apache-2.0
//
// XML as the exports use it: elements, attributes, text, each with its line. Comments and
// processing instructions mean nothing there and are dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/problem.h"

namespace tandem::policy::entra {

struct XmlElement {
  std::string name;  // as written, prefix included: "dsml:class"
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;  // of a leaf exactly as it is; blanks between children are not kept
  std::vector<XmlElement> children;
  std::uint32_t line = 0;

  const XmlElement* find(std::string_view child) const;  // the first; nullptr when absent
  XmlElement* find(std::string_view child);
  // The first child of that name, made at the end when there is none.
  XmlElement& at(std::string_view child);
  const std::string* attribute(std::string_view key) const;
  // The text of a child; "" when it is absent.
  std::string_view textOf(std::string_view child) const;

  XmlElement& add(std::string_view child, std::string_view child_text = {});

  // Lines are places, not content.
  friend bool operator==(const XmlElement& a, const XmlElement& b) {
    return a.name == b.name && a.attributes == b.attributes && a.text == b.text &&
           a.children == b.children;
  }
};

// The root element. Refused, with file and line: what is not well-formed, a document type (no
// export has one, and entities are how small files become large), more than 64 levels.
std::optional<XmlElement> parseXml(std::string_view bytes,
                                   std::string_view file,
                                   Problems& problems);

// Indented by two blanks, UTF-8, lines ended by CR LF as Windows has them. nullopt: a text holds a
// character that XML 1.0 has no way to write.
std::optional<std::string> writeXml(const XmlElement& root);

}  // namespace tandem::policy::entra
