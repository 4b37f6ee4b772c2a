// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tandem::directory {

// A security identifier (MS-DTYP 2.4.2) as objectSid holds it: revision, count, a 48-bit authority
// big-endian, then 32-bit sub-authorities little-endian.
class Sid {
 public:
  static std::optional<Sid> fromBytes(std::string_view bytes);
  static std::optional<Sid> parse(std::string_view text);  // "S-1-5-21-…"

  const std::string& bytes() const { return bytes_; }
  std::string toText() const;

  friend bool operator==(const Sid&, const Sid&) = default;

 private:
  std::string bytes_;
};

}  // namespace tandem::directory
