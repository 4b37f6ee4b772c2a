// SPDX-License-Identifier: Apache-2.0
#include "home/toml_reader.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "expression/suggestion.h"
#include "platform/sealed_secrets.h"

namespace tandem::home {
namespace {

constexpr std::size_t kListMax = 16;

}  // namespace

void TomlReader::text(const toml::table& table, std::string_view key, std::string& field) {
  const toml::node* const node = table.get(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_string()) {
    field = value->get();
    if (trimAscii(field).empty()) {
      fail(node->source().begin, fmt::format("\"{}\" is empty", key));
    }
  } else {
    fail(node->source().begin, fmt::format("\"{}\" should be a text in quotes", key));
  }
}

void TomlReader::texts(const toml::table& table,
                       std::string_view key,
                       std::vector<std::string>& field) {
  const toml::node* const node = table.get(key);
  if (node == nullptr) return;
  const toml::array* const list = node->as_array();
  if (list == nullptr || list->size() > kListMax) {
    fail(node->source().begin,
         fmt::format("\"{}\" should be a list of at most {} texts: [\"…\", \"…\"]", key, kListMax));
    return;
  }
  for (const toml::node& element : *list) {
    const auto* value = element.as_string();
    if (value == nullptr || trimAscii(value->get()).empty()) {
      fail(element.source().begin, fmt::format("\"{}\" should hold texts in quotes", key));
    } else {
      field.push_back(value->get());
    }
  }
}

void TomlReader::flag(const toml::table& table, std::string_view key, bool& field) {
  const toml::node* const node = table.get(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_boolean()) {
    field = value->get();
  } else {
    fail(node->source().begin, fmt::format("\"{}\" should be true or false", key));
  }
}

void TomlReader::number(const toml::table& table,
                        std::string_view key,
                        std::int64_t& field,
                        std::int64_t least,
                        std::int64_t most) {
  const toml::node* const node = table.get(key);
  if (node == nullptr) return;
  const auto* value = node->as_integer();
  if (value != nullptr && value->get() >= least && value->get() <= most) {
    field = value->get();
  } else {
    fail(node->source().begin,
         fmt::format("\"{}\" should be a whole number from {} to {}", key, least, most));
  }
}

void TomlReader::secretName(const toml::table& table, std::string_view key, std::string& field) {
  text(table, key, field);
  if (field.empty() || platform::isSecretName(field)) return;
  fail(
      placeOf(table, key),
      fmt::format("\"{}\" is the name of a secret, not the secret: a-z, A-Z, 0-9, \".\", \"_\" and "
                  "\"-\"",
                  key));
}

void TomlReader::table(const toml::table& parent,
                       std::string_view key,
                       const std::function<void(const toml::table&)>& use) {
  const toml::node* const node = parent.get(key);
  if (node == nullptr) return;
  if (const toml::table* const child = node->as_table()) {
    use(*child);
  } else {
    fail(node->source().begin, fmt::format("\"{}\" should be a section: [{}]", key, key));
  }
}

void TomlReader::refuseOthers(const toml::table& table,
                              std::string_view section,
                              const std::vector<std::string_view>& known) {
  for (const auto& [key, node] : table) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    const std::string where = section.empty() ? "" : fmt::format(" in [{}]", section);
    fail(key.source().begin,
         fmt::format("unknown key \"{}\"{}{}",
                     key.str(),
                     where,
                     expression::didYouMean(expression::closest(key.str(), known))));
  }
}

void TomlReader::needsBeside(const toml::table& table,
                             std::string_view one,
                             std::string_view other) {
  if (table.get(one) == nullptr || table.get(other) != nullptr) return;
  fail(table.get(one)->source().begin, fmt::format("\"{}\" needs \"{}\" beside it", one, other));
}

toml::source_position TomlReader::placeOf(const toml::table& table, std::string_view key) {
  const toml::node* const node = table.get(key);
  return node != nullptr ? node->source().begin : table.source().begin;
}

Problems TomlReader::problems() const {
  std::vector<Found> sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Found& a, const Found& b) {
    return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
  });
  Problems problems;
  for (Found& found : sorted) {
    problems.push_back({Problem::Severity::kError,
                        fmt::format("{}:{}:{}", file_, found.at.line, found.at.column),
                        std::move(found.message)});
  }
  return problems;
}

std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      text += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      text += c;
    }
  }
  return text + "\"";
}

std::string quoted(const std::vector<std::string>& values) {
  std::vector<std::string> list;
  for (const std::string& value : values)
    list.push_back(quoted(value));
  return fmt::format("[{}]", fmt::join(list, ", "));
}

}  // namespace tandem::home
