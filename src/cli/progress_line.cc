// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_line.h"

#include <utility>

#include <fmt/core.h>

#include "cli/format.h"

namespace tandem::cli {
namespace {

constexpr double kTerminalInterval = 0.1;  // seconds
constexpr double kPlainInterval = 10;
constexpr double kSettled = 1;  // before this a rate is noise

}  // namespace

ProgressLine::ProgressLine(std::ostream& out, bool is_terminal, std::size_t width, Clock clock)
    : out_(out), is_terminal_(is_terminal), width_(width), clock_(std::move(clock)) {}

std::string ProgressLine::text(double elapsed, std::int64_t done, std::int64_t total) const {
  std::string text = fmt::format("{}: {}", name_, formatCount(done));
  if (total > 0) {
    text +=
        fmt::format(" of {} ({} %)", formatCount(total), done >= total ? 100 : done * 100 / total);
  }
  const double rate = static_cast<double>(done - first_done_) / (elapsed > 0 ? elapsed : 1);
  if (elapsed < kSettled || rate <= 0) return text;
  text += fmt::format(", {}/s", formatCount(static_cast<std::int64_t>(rate)));
  if (total > done) {
    text += fmt::format(", {} left", formatDuration(static_cast<double>(total - done) / rate));
  }
  return text;
}

void ProgressLine::update(std::string_view name, std::int64_t done, std::int64_t total) {
  const double now = clock_();
  if (name != name_) {
    clear();
    name_ = std::string(name);
    started_ = now;
    first_done_ = done;
    shown_ = is_terminal_ ? now - kTerminalInterval : now;
  }
  if (now - shown_ < (is_terminal_ ? kTerminalInterval : kPlainInterval)) return;
  shown_ = now;
  const std::string line = text(now - started_, done, total);
  if (is_terminal_) {
    out_ << "\r\x1b[K" << fitTo(line, width_ > 1 ? width_ - 1 : width_) << std::flush;
    is_drawn_ = true;
  } else {
    out_ << line << std::endl;
  }
}

void ProgressLine::clear() {
  if (is_drawn_) out_ << "\r\x1b[K" << std::flush;
  is_drawn_ = false;
  name_.clear();
}

}  // namespace tandem::cli
