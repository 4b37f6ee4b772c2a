// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/check.h"
#include "cli/format.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastLong = 10;

void appendCell(std::string& line, const std::string& text, std::size_t width, bool right) {
  const std::string cell = fitTo(text, width);
  const std::string blanks(width - displayWidth(cell), ' ');
  line += right ? blanks + cell : cell + blanks;
}

std::string withoutTrailingBlanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

void Table::add(std::vector<std::string> row) {
  TANDEM_CHECK(row.size() == columns_.size());
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths(std::size_t limit) const {
  std::vector<std::size_t> widths;
  std::size_t total = kGap * (columns_.size() - 1);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = displayWidth(columns_[i].title);
    for (const auto& row : rows_)
      widest = std::max(widest, displayWidth(row[i]));
    widths.push_back(widest);
    total += widest;
  }
  // The widest of the long columns gives way first, so that two of them end up alike.
  while (limit != 0 && total > limit) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool may_shrink = columns_[i].kind == Column::Kind::kLong && widths[i] > kLeastLong;
      if (may_shrink && (widest == nullptr || widths[i] > *widest)) widest = &widths[i];
    }
    if (widest == nullptr) break;
    --*widest;
    --total;
  }
  return widths;
}

std::string Table::render(std::size_t width) const {
  const std::vector<std::size_t> columns = widths(width);
  std::string text;
  const auto add_line = [&](const auto& cell) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += std::string(kGap, ' ');
      appendCell(line, cell(i), columns[i], columns_[i].kind == Column::Kind::kNumber);
    }
    text += withoutTrailingBlanks(std::move(line)) + "\n";
  };
  add_line([&](std::size_t i) { return columns_[i].title; });
  add_line([&](std::size_t i) { return std::string(columns[i], '-'); });
  for (const auto& row : rows_) {
    add_line([&](std::size_t i) { return row[i]; });
  }
  return text;
}

std::string renderList(const std::vector<std::pair<std::string, std::string>>& lines) {
  std::size_t widest = 0;
  for (const auto& line : lines)
    widest = std::max(widest, displayWidth(line.first));
  std::string text;
  for (const auto& line : lines) {
    std::string row = line.first + std::string(widest - displayWidth(line.first), ' ') + " : ";
    text += withoutTrailingBlanks(row + line.second) + "\n";
  }
  return text;
}

}  // namespace tandem::cli
