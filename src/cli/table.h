// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tandem::cli {

struct Column {
  enum class Kind {
    kText,    // left-aligned, never cut
    kNumber,  // right-aligned, never cut
    kLong     // left-aligned, cut with "…" when the terminal is too narrow
  };
  std::string title;
  Kind kind = Kind::kText;
};

// Rows in columns, with a line of titles.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> row);  // as many cells as columns
  bool isEmpty() const { return rows_.empty(); }
  // width 0: nothing is cut (the output is not a terminal).
  std::string render(std::size_t width) const;

 private:
  std::vector<std::size_t> widths(std::size_t limit) const;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// "Name : value" lines with the names in one column, as PowerShell's Format-List.
std::string renderList(const std::vector<std::pair<std::string, std::string>>& lines);

}  // namespace tandem::cli
