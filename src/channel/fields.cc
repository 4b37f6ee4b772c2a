// SPDX-License-Identifier: Apache-2.0
#include "channel/fields.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/text.h"
#include "directory/guid.h"

namespace tandem::channel {
namespace {

using Json = nlohmann::json;

bool isPrintable(std::string_view text) {
  return isValidUtf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
         });
}

bool isHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == ':' || c == '[' || c == ']';
}

}  // namespace

Fields::Fields(std::shared_ptr<const Json> object, std::string what)
    : object_(std::move(object)), what_(std::move(what)) {}

Result<Fields> Fields::parse(std::string_view json, std::string what) {
  auto object = std::make_shared<Json>(Json::parse(json, nullptr, false));
  if (!object->is_object()) {
    return Error(ErrorCode::kCorruption, fmt::format("{} is no JSON object", what));
  }
  return Fields(std::move(object), std::move(what));
}

Error Fields::wrong(std::string_view name, std::string_view expected) const {
  return Error(ErrorCode::kCorruption,
               fmt::format("\"{}\" of {} should be {}", name, what_, expected));
}

bool Fields::has(std::string_view name) const {
  return object_->contains(name);
}

bool Fields::flag(std::string_view name) const {
  const auto found = object_->find(name);
  return found != object_->end() && found->is_boolean() && found->get<bool>();
}

Result<std::string> Fields::text(std::string_view name, std::size_t length_max) const {
  const auto found = object_->find(name);
  if (found == object_->end() || !found->is_string()) return wrong(name, "a text");
  std::string text = found->get<std::string>();
  if (text.size() > length_max || !isPrintable(text)) {
    return wrong(name, fmt::format("a text of at most {} printable bytes", length_max));
  }
  return text;
}

Result<std::int64_t> Fields::number(std::string_view name,
                                    std::int64_t least,
                                    std::int64_t most) const {
  const auto found = object_->find(name);
  if (found == object_->end() || !found->is_number_integer()) return wrong(name, "a number");
  const bool too_large = found->is_number_unsigned() &&
                         found->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  const std::int64_t number = too_large ? INT64_MAX : found->get<std::int64_t>();
  if (number < least || number > most) {
    return wrong(name, fmt::format("a number from {} to {}", least, most));
  }
  return number;
}

Result<std::string> Fields::serverId(std::string_view name) const {
  std::string id = TRY(text(name, 36));
  if (!directory::Guid::parseBigEndian(id)) return wrong(name, "a GUID");
  return toLowerAscii(id);
}

Result<std::string> Fields::bytes(std::string_view name, std::size_t count) const {
  std::optional<std::string> bytes = fromHex(TRY(text(name, 2 * count)));
  if (!bytes || bytes->size() != count) return wrong(name, fmt::format("{} bytes in hex", count));
  return std::move(*bytes);
}

Result<std::string> Fields::url(std::string_view name) const {
  const std::string given = TRY(text(name, kUrlMax));
  if (given.empty()) return given;
  const Result<std::string> url = normalizeUrl(given);
  if (!url.ok()) return wrong(name, "empty or an https URL without a path");
  return url.value();
}

std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<std::string> normalizeUrl(std::string_view typed) {
  std::string_view rest = trimAscii(typed);
  constexpr std::string_view kScheme = "https://";
  const bool has_scheme = equalsIgnoreCaseAscii(rest.substr(0, kScheme.size()), kScheme);
  if (has_scheme) rest.remove_prefix(kScheme.size());
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  const std::size_t colon = rest.rfind(':');
  const bool has_port = colon != std::string_view::npos && colon > 0 &&
                        rest.find(']', colon) == std::string_view::npos;
  const auto port = has_port ? parseInteger(rest.substr(colon + 1)) : std::nullopt;
  const bool good = port && *port >= 1 && *port <= 65535 && typed.size() <= kUrlMax &&
                    std::all_of(rest.begin(), rest.end(), isHostCharacter);
  if (!good) {
    return Error(ErrorCode::kInvalidArgument,
                 "the other server's address should look like https://old.example.com:8853, as "
                 "'tandem pair invite' prints it there");
  }
  return std::string(kScheme) + std::string(rest);
}

}  // namespace tandem::channel
