// SPDX-License-Identifier: Apache-2.0
#include "web/exposition.h"

#include <fmt/format.h>

namespace tandem::web {
namespace {

std::string_view wordFor(Exposition::Type type) {
  switch (type) {
    case Exposition::Type::kGauge:
      return "gauge";
    case Exposition::Type::kCounter:
      return "counter";
    case Exposition::Type::kHistogram:
      return "histogram";
  }
  return {};
}

// Backslash, quote and line feed are escaped: nothing of a value can begin another sample.
void appendLabel(std::string& text, std::string_view name, std::string_view value) {
  text += fmt::format("{}=\"", name);
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  text += '"';
}

}  // namespace

void Exposition::family(std::string_view name, std::string_view help, Type type) {
  name_ = name;
  text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, wordFor(type));
}

void Exposition::sample(std::string_view suffix, double value, const Labels& labels) {
  text_ += name_;
  text_ += suffix;
  if (!labels.empty()) {
    char before = '{';
    for (const auto& [name, label] : labels) {
      text_ += before;
      appendLabel(text_, name, label);
      before = ',';
    }
    text_ += '}';
  }
  text_ += fmt::format(" {}\n", value);
}

}  // namespace tandem::web
