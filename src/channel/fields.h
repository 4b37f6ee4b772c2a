// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace tandem::channel {

inline constexpr std::size_t kNameMax = 512;
inline constexpr std::size_t kUrlMax = 1024;

// A JSON object that somebody sent whom we do not know yet. Each field is checked as it is read: a
// text has a longest length and no control characters, because it ends up in logs and on terminals.
// Fields that nobody asks for are ignored: a later release may send more. Errors are kCorruption,
// and never repeat what was sent.
class Fields {
 public:
  static Result<Fields> parse(std::string_view json, std::string what);

  bool has(std::string_view name) const;
  bool flag(std::string_view name) const;  // absent, or no boolean: false
  Result<std::string> text(std::string_view name, std::size_t length_max) const;
  Result<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most) const;
  Result<std::string> serverId(std::string_view name) const;
  // bytes as lower-case hex.
  Result<std::string> bytes(std::string_view name, std::size_t count) const;
  // Empty, or an https URL without a path: "https://old.example.com:8853".
  Result<std::string> url(std::string_view name) const;

 private:
  Fields(std::shared_ptr<const nlohmann::json> object, std::string what);
  Error wrong(std::string_view name, std::string_view expected) const;

  std::shared_ptr<const nlohmann::json> object_;
  std::string what_;
};

// One line of JSON; what is no UTF-8 in it is replaced.
std::string dump(const nlohmann::ordered_json& json);

// "https://host:port", without a slash at the end. kInvalidArgument with what a good one looks
// like.
Result<std::string> normalizeUrl(std::string_view typed);

}  // namespace tandem::channel
