// SPDX-License-Identifier: Apache-2.0
#include "home/server_settings.h"

#include <algorithm>
#include <functional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/text.h"
#include "directory/guid.h"
#include "expression/suggestion.h"

namespace tandem::home {
namespace {

template <class E>
struct Word {
  std::string_view text;
  E value;
};
template <class E>
Word(std::string_view, E) -> Word<E>;  // clang 14 does not deduce it by itself

constexpr std::array kRoles{Word{"staging", InitialRole::kStaging},
                            Word{"active", InitialRole::kActive}};
constexpr std::array kLogLevels{Word{"debug", LogLevel::kDebug},
                                Word{"info", LogLevel::kInfo},
                                Word{"warning", LogLevel::kWarning},
                                Word{"error", LogLevel::kError}};

template <class E, std::size_t N>
std::string_view wordFor(const std::array<Word<E>, N>& words, E value) {
  for (const Word<E>& word : words) {
    if (word.value == value) return word.text;
  }
  return {};
}

class SettingsReader {
 public:
  explicit SettingsReader(std::string_view file) : file_(file) {}

  ReadServerSettings read(const toml::table& root) {
    text(root, "server_id", settings_.server_id);
    word(root, "role", kRoles, settings_.initial_role);
    table(root, "store", [&](const toml::table& store) {
      text(store, "path", settings_.store_path);
      text(store, "state_folder", settings_.state_folder);
      refuseOthers(store, "store", {"path", "state_folder"});
    });
    table(root, "secrets", [&](const toml::table& secrets) {
      text(secrets, "path", settings_.secrets_path);
      text(secrets, "key_file", settings_.key_path);
      refuseOthers(secrets, "secrets", {"path", "key_file"});
    });
    table(root, "log", [&](const toml::table& log) {
      word(log, "level", kLogLevels, settings_.log_level);
      refuseOthers(log, "log", {"level"});
    });
    refuseOthers(root, "", {"server_id", "role", "store", "secrets", "log"});
    checkServerId(root);
    return finished();
  }

 private:
  struct Found {
    toml::source_position at;
    std::string message;
  };

  void fail(toml::source_position at, std::string message) {
    found_.push_back({at, std::move(message)});
  }

  void text(const toml::table& table, std::string_view key, std::string& field) {
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

  template <class E, std::size_t N>
  void word(const toml::table& table,
            std::string_view key,
            const std::array<Word<E>, N>& words,
            E& field) {
    std::string given;
    const std::size_t before = found_.size();
    text(table, key, given);
    if (table.get(key) == nullptr || found_.size() != before) return;
    std::vector<std::string_view> allowed;
    for (const Word<E>& candidate : words) {
      if (candidate.text == given) {
        field = candidate.value;
        return;
      }
      allowed.push_back(candidate.text);
    }
    fail(
        table.get(key)->source().begin,
        fmt::format(
            "\"{}\" is no value of \"{}\"; it is one of {}", given, key, fmt::join(allowed, ", ")));
  }

  void table(const toml::table& parent,
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

  void refuseOthers(const toml::table& table,
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

  void checkServerId(const toml::table& root) {
    const toml::node* const node = root.get("server_id");
    if (node == nullptr) {
      fail({1, 1}, "\"server_id\" is missing: it is a GUID, made by 'tandem init'");
    } else if (!settings_.server_id.empty() &&
               !directory::Guid::parseBigEndian(settings_.server_id)) {
      fail(node->source().begin, fmt::format("\"{}\" is no GUID", settings_.server_id));
    }
  }

  ReadServerSettings finished() {
    std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
      return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
    });
    ReadServerSettings read;
    for (Found& found : found_) {
      read.problems.push_back({Problem::Severity::kError,
                               fmt::format("{}:{}:{}", file_, found.at.line, found.at.column),
                               std::move(found.message)});
    }
    if (found_.empty()) read.settings = std::move(settings_);
    return read;
  }

  std::string_view file_;
  ServerSettings settings_;
  std::vector<Found> found_;
};

}  // namespace

ReadServerSettings readServerSettings(std::string_view text, std::string_view file) {
  try {
    return SettingsReader(file).read(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return {std::nullopt,
            {{Problem::Severity::kError,
              fmt::format("{}:{}:{}", file, at.line, at.column),
              std::string(error.description())}}};
  }
}

std::string writeServerSettings(const ServerSettings& settings) {
  std::string text = fmt::format(
      "# What is this server's alone. The settings that servers share are in policy.json.\n"
      "# Every key is described in docs/reference/server-toml.md.\n\n"
      "# Names this server to the others. Do not copy it to another home.\n"
      "server_id = \"{}\"\n\n"
      "# The role at the first start: \"staging\" imports and synchronizes but never writes to a\n"
      "# directory. Later the role changes by command, not here.\n"
      "role = \"{}\"\n\n"
      "[store]\n"
      "path = \"{}\"\n"
      "state_folder = \"{}\"\n\n"
      "[secrets]\n"
      "path = \"{}\"\n",
      settings.server_id,
      wordFor(kRoles, settings.initial_role),
      settings.store_path,
      settings.state_folder,
      settings.secrets_path);
  if (settings.key_path.empty()) {
    text += "# The key that seals the secrets; may lie elsewhere.\n# key_file = \"secrets.key\"\n";
  } else {
    text += fmt::format("key_file = \"{}\"\n", settings.key_path);
  }
  text += fmt::format("\n[log]\nlevel = \"{}\"\n", wordFor(kLogLevels, settings.log_level));
  return text;
}

}  // namespace tandem::home
