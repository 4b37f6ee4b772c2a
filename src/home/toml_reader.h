// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/problem.h"

namespace tandem::home {

// A word of a settings file and what it means.
template <class E>
struct Word {
  std::string_view text;
  E value;
};
template <class E>
Word(std::string_view, E) -> Word<E>;  // clang 14 does not deduce it by itself

template <class E, std::size_t N>
std::string_view wordFor(const std::array<Word<E>, N>& words, E value) {
  for (const Word<E>& word : words) {
    if (word.value == value) return word.text;
  }
  return {};
}

// As a TOML text: quotes, and what would end them, escaped.
std::string quoted(std::string_view value);
// "[…, …]"
std::string quoted(const std::vector<std::string>& values);

// Reads values of a TOML file and collects everything that is wrong with them, with its place. A
// key that is absent leaves its field as it is.
class TomlReader {
 public:
  // file: its name, for problems; must outlive it.
  explicit TomlReader(std::string_view file) : file_(file) {}

  void fail(toml::source_position at, std::string message) {
    found_.push_back({at, std::move(message)});
  }
  void text(const toml::table& table, std::string_view key, std::string& field);
  void texts(const toml::table& table, std::string_view key, std::vector<std::string>& field);
  void flag(const toml::table& table, std::string_view key, bool& field);
  void number(const toml::table& table,
              std::string_view key,
              std::int64_t& field,
              std::int64_t least,
              std::int64_t most);
  void secretName(const toml::table& table, std::string_view key, std::string& field);
  void table(const toml::table& parent,
             std::string_view key,
             const std::function<void(const toml::table&)>& use);
  void refuseOthers(const toml::table& table,
                    std::string_view section,
                    const std::vector<std::string_view>& known);
  void needsBeside(const toml::table& table, std::string_view one, std::string_view other);
  static toml::source_position placeOf(const toml::table& table, std::string_view key);

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

  Problems problems() const;  // by line

 private:
  struct Found {
    toml::source_position at;
    std::string message;
  };

  std::string_view file_;
  std::vector<Found> found_;
};

}  // namespace tandem::home
