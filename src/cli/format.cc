// SPDX-License-Identifier: Apache-2.0
#include "cli/format.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"
#include "base/time_text.h"

namespace tandem::cli {
namespace {

// One code point; malformed bytes count as one each.
std::uint32_t nextCodePoint(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 1 || text.size() < length) {
    text.remove_prefix(1);
    return first;
  }
  std::uint32_t code = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(length);
  return code;
}

std::size_t columnsOf(std::uint32_t code) {
  if ((code >= 0x300 && code <= 0x36F) || code == 0x200B) return 0;  // combining marks
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                    (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
                    (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
  return wide ? 2 : 1;
}

}  // namespace

std::string formatCount(std::int64_t count) {
  std::string digits = fmt::format("{}", count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string formatDuration(double seconds) {
  if (seconds < 0 || !std::isfinite(seconds)) return "-";
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  return fmt::format("{} d {:02} h", whole / 86400, whole / 3600 % 24);
}

std::string formatTime(std::int64_t unix_seconds) {
  return formatUtc(unix_seconds);
}

std::size_t displayWidth(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty())
    columns += columnsOf(nextCodePoint(text));
  return columns;
}

std::string fitTo(std::string_view text, std::size_t columns) {
  if (displayWidth(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::string_view rest = text;
  std::size_t used = 0;
  for (;;) {
    std::string_view next = rest;
    const std::size_t width = columnsOf(nextCodePoint(next));
    if (used + width > columns - 1) break;
    used += width;
    rest = next;
  }
  return std::string(text.substr(0, text.size() - rest.size())) + "…";
}

namespace {

// What stands between blanks. "Quoted text" with blanks in it is part of one word as long as a line
// can hold it, so that a command with a DN can be copied from the screen.
std::vector<std::string> words(const std::string& paragraph, std::size_t columns) {
  const std::vector<std::string> parts = split(paragraph, ' ');
  std::vector<std::string> whole;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    std::string word = parts[at];
    std::size_t end = at;
    while (std::count(word.begin(), word.end(), '"') % 2 == 1 && ++end < parts.size())
      word += " " + parts[end];
    const bool is_quoted = end > at && end < parts.size() && displayWidth(word) <= columns;
    whole.push_back(is_quoted ? word : parts[at]);
    if (is_quoted) at = end;
  }
  return whole;
}

}  // namespace

std::string wrap(std::string_view text, std::size_t width, std::string_view indent) {
  std::string out;
  for (const std::string& paragraph : split(text, '\n')) {
    std::string line(indent);
    bool empty = true;
    for (const std::string& word : words(paragraph, width - std::min(width, indent.size()))) {
      if (!empty && displayWidth(line) + 1 + displayWidth(word) > width) {
        out += line + "\n";
        line = indent;
        empty = true;
      }
      if (!empty) line += ' ';
      line += word;
      empty = false;
    }
    out += line + "\n";
  }
  out.pop_back();
  return out;
}

std::string wrapHanging(std::string_view first,
                        std::string_view text,
                        std::size_t width,
                        std::string_view indent) {
  // Same widths for both, so only the first blanks have to be exchanged.
  std::string wrapped = wrap(text, width, indent);
  return wrapped.replace(0, indent.size(), first);
}

}  // namespace tandem::cli
