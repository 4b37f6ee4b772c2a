// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/text_encoding.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/core.h>

#include "base/bytes.h"

namespace tandem::policy::entra {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleMark = "\xFF\xFE";
constexpr std::string_view kBigMark = "\xFE\xFF";

enum class Encoding : std::uint8_t {
  kUtf8,
  kUtf16Little,
  kUtf16Big
};

// Takes the mark off the front.
Encoding recognise(std::string_view& bytes) {
  if (bytes.starts_with(kUtf8Mark)) {
    bytes.remove_prefix(kUtf8Mark.size());
    return Encoding::kUtf8;
  }
  const bool little = bytes.starts_with(kLittleMark);
  if (little || bytes.starts_with(kBigMark)) {
    bytes.remove_prefix(kLittleMark.size());
    return little ? Encoding::kUtf16Little : Encoding::kUtf16Big;
  }
  if (bytes.size() >= 2 && bytes[1] == '\0' && bytes[0] != '\0') return Encoding::kUtf16Little;
  if (bytes.size() >= 2 && bytes[0] == '\0' && bytes[1] != '\0') return Encoding::kUtf16Big;
  return Encoding::kUtf8;
}

std::string placeAt(std::string_view file, std::string_view text_before) {
  const auto lines = std::count(text_before.begin(), text_before.end(), '\n');
  return fmt::format("{}:{}:1", file, lines + 1);
}

std::string_view upToFirstBadLine(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::string_view line = bytes.substr(at, bytes.find('\n', at) - at);
    if (!isValidUtf8(line)) break;
    at += line.size() + 1;
  }
  return bytes.substr(0, at);
}

}  // namespace

std::optional<std::string> toUtf8(std::string_view bytes,
                                  std::string_view file,
                                  Problems& problems) {
  const Encoding encoding = recognise(bytes);
  if (encoding == Encoding::kUtf8) {
    if (isValidUtf8(bytes)) return std::string(bytes);
    problems.push_back({Problem::Severity::kError,
                        placeAt(file, upToFirstBadLine(bytes)),
                        "this is neither UTF-8 nor UTF-16: save the file again as UTF-8, or give "
                        "the file as the server wrote it"});
    return std::nullopt;
  }
  std::string swapped(bytes);
  if (encoding == Encoding::kUtf16Big) {
    for (std::size_t i = 0; i + 1 < swapped.size(); i += 2)
      std::swap(swapped[i], swapped[i + 1]);
  }
  std::string text = utf16LeToUtf8(swapped);
  // What is no UTF-16 became U+FFFD, or was cut off, and so does not come back.
  const std::string again = utf8ToUtf16Le(text);
  if (again == swapped) return text;
  const auto differs = std::mismatch(again.begin(), again.end(), swapped.begin(), swapped.end());
  const auto good = static_cast<std::size_t>(differs.first - again.begin());
  problems.push_back({Problem::Severity::kError,
                      placeAt(file, utf16LeToUtf8(swapped.substr(0, good - good % 2))),
                      "the UTF-16 text is broken here: the file was cut or changed on its way; "
                      "copy it again from the server"});
  return std::nullopt;
}

}  // namespace tandem::policy::entra
