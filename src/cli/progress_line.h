// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace tandem::cli {

// Shows how far long work has come. On a terminal: one line, drawn over, at most ten times a
// second. Elsewhere: a plain line now and then, so that a log stays short.
class ProgressLine {
 public:
  using Clock = std::function<double()>;  // seconds, never going back

  ProgressLine(std::ostream& out, bool is_terminal, std::size_t width, Clock clock);

  // total 0: unknown. A new name starts a new count.
  void update(std::string_view name, std::int64_t done, std::int64_t total);
  // Removes the line from a terminal, so that results can be printed.
  void clear();

 private:
  std::string text(double elapsed, std::int64_t done, std::int64_t total) const;

  std::ostream& out_;
  bool is_terminal_;
  std::size_t width_;
  Clock clock_;
  std::string name_;
  double started_ = 0;
  double shown_ = 0;
  std::int64_t first_done_ = 0;
  bool is_drawn_ = false;
};

}  // namespace tandem::cli
