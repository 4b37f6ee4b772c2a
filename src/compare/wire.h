// SPDX-License-Identifier: Apache-2.0
//
// Numbers, texts and hashes as bytes, for messages between servers. Reading is for bytes from
// outside: whatever they are, it stays within them, and after the first thing that is wrong
// everything reads as empty and isGood() is false.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.h"

namespace tandem::compare {

class WireWriter {
 public:
  explicit WireWriter(std::string head = {}) : bytes_(std::move(head)) {}
  void number(std::uint64_t value);
  void fixed(std::uint64_t value);  // 8 bytes, low first: for hashes, which no varint shortens
  void text(std::string_view text);
  void hash(const Hash128& hash);
  std::size_t size() const { return bytes_.size(); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number(std::uint64_t at_most = UINT64_MAX);
  // How many elements follow, each of at least so many bytes: no count can ask for more memory than
  // the message itself is long.
  std::size_t count(std::size_t bytes_each);
  std::uint64_t fixed();
  std::string_view text(std::size_t at_most);
  Hash128 hash();

  bool isGood() const { return good_; }
  bool isAtEnd() const { return good_ && rest_.empty(); }
  void fail();

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace tandem::compare
