// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::directory {

// 16 bytes in the order in which the directory sends them. Active Directory writes the first three
// fields of a GUID little-endian (MS-DTYP 2.3.4.2); OpenLDAP's entryUUID is plain big-endian
// (RFC 4530). The same 16 bytes therefore read differently, and the caller says which it has.
class Guid {
 public:
  static std::optional<Guid> fromBytes(std::string_view bytes);  // exactly 16
  // "6cf906fc-acbb-4200-a225-9fd4478b0798", braces allowed, either case.
  static std::optional<Guid> parseActiveDirectory(std::string_view text);
  static std::optional<Guid> parseBigEndian(std::string_view text);

  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }
  std::string toActiveDirectoryText() const;
  std::string toBigEndianText() const;

  friend auto operator<=>(const Guid&, const Guid&) = default;

 private:
  std::array<char, 16> bytes_{};
};

}  // namespace tandem::directory
