// SPDX-License-Identifier: Apache-2.0
#include "expression/functions/date_text.h"

#include <array>
#include <chrono>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::expression {
namespace {

namespace chrono = std::chrono;
using Ticks = chrono::duration<std::int64_t, std::ratio<1, kTicksPerSecond>>;
constexpr chrono::sys_days kEpoch = chrono::year(1601) / 1 / 1;

constexpr std::array<std::string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"January",
                                                      "February",
                                                      "March",
                                                      "April",
                                                      "May",
                                                      "June",
                                                      "July",
                                                      "August",
                                                      "September",
                                                      "October",
                                                      "November",
                                                      "December"};

// Reads numbers and separators from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skipBlanks() {
    while (take(' ')) {
    }
  }

  bool takeWord(std::string_view word) {
    if (!equalsIgnoreCaseAscii(rest_.substr(0, word.size()), word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  // A number of least to most digits.
  std::optional<unsigned> number(std::size_t least, std::size_t most) {
    std::size_t digits = 0;
    unsigned value = 0;
    while (digits < most && digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9')
      value = value * 10 + static_cast<unsigned>(rest_[digits++] - '0');
    if (digits < least) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }

 private:
  std::string_view rest_;
};

// "2013-01-10", "2013/1/10" or, as in the United States, "1/10/2013".
bool readDate(Scanner& in, CalendarTime& time) {
  const auto first = in.number(1, 4);
  if (!first || !(in.take('-') || in.take('/'))) return false;
  const auto second = in.number(1, 2);
  if (!second || !(in.take('-') || in.take('/'))) return false;
  const auto third = in.number(1, 4);
  if (!third) return false;
  const bool year_first = *first > 31;
  time.year = year_first ? *first : *third;
  time.month = year_first ? *second : *first;
  time.day = year_first ? *third : *second;
  return true;
}

bool readFraction(Scanner& in, CalendarTime& time) {
  if (!in.take('.') && !in.take(',')) return true;
  std::int64_t unit = kTicksPerSecond;
  bool any = false;
  while (const auto digit = in.number(1, 1)) {
    unit /= 10;
    time.fraction += *digit * unit;
    any = true;
  }
  return any;
}

bool readTime(Scanner& in, CalendarTime& time) {
  const auto hour = in.number(1, 2);
  if (!hour) return false;
  time.hour = *hour;
  if (in.take(':')) {
    const auto minute = in.number(2, 2);
    if (!minute) return false;
    time.minute = *minute;
    if (in.take(':')) {
      const auto second = in.number(2, 2);
      if (!second) return false;
      time.second = *second;
      if (!readFraction(in, time)) return false;
    }
  }
  in.skipBlanks();
  const bool afternoon = in.takeWord("PM");
  if (!afternoon && !in.takeWord("AM")) return true;
  if (time.hour < 1 || time.hour > 12) return false;
  time.hour = time.hour % 12 + (afternoon ? 12 : 0);
  return true;
}

// "Z", "-8", "+01:00", "+0100" or nothing: minutes east of UTC.
std::optional<std::int64_t> readOffset(Scanner& in) {
  in.skipBlanks();
  if (in.take('Z') || in.take('z') || in.rest().empty()) return 0;
  const bool west = in.take('-');
  if (!west && !in.take('+')) return std::nullopt;
  const auto hours = in.number(1, 2);
  if (!hours) return std::nullopt;
  std::int64_t minutes = *hours * 60;
  in.take(':');
  if (const auto rest = in.number(2, 2)) minutes += *rest;
  return west ? -minutes : minutes;
}

bool readGeneralizedTime(Scanner& in, CalendarTime& time) {
  const auto year = in.number(4, 4);
  const auto month = in.number(2, 2);
  const auto day = in.number(2, 2);
  const auto hour = in.number(2, 2);
  const auto minute = in.number(2, 2);
  if (!year || !month || !day || !hour || !minute) return false;
  time = {*year, *month, *day, *hour, *minute, in.number(2, 2).value_or(0), 0};
  return readFraction(in, time);
}

// How often the character at the start repeats.
std::size_t runLength(std::string_view format) {
  const std::size_t other = format.find_first_not_of(format.front());
  return other == std::string_view::npos ? format.size() : other;
}

void appendPadded(std::string& out, std::int64_t number, std::size_t width) {
  fmt::format_to(std::back_inserter(out), "{:0{}}", number, width);
}

void appendFraction(std::string& out, std::int64_t ticks, std::size_t digits, bool trims) {
  std::string text = fmt::format("{:07}", ticks).substr(0, digits);
  while (trims && !text.empty() && text.back() == '0')
    text.pop_back();
  out += text;
}

unsigned weekdayOf(const CalendarTime& time) {
  const chrono::sys_days day =
      chrono::year(static_cast<int>(time.year)) / chrono::month(time.month) / chrono::day(time.day);
  return chrono::weekday(day).c_encoding();
}

// One run of a format letter; false: not a letter that means anything.
bool appendField(char letter, std::size_t run, const CalendarTime& time, std::string& out) {
  const std::size_t two = run > 1 ? 2 : 1;
  switch (letter) {
    case 'y':
      appendPadded(out, run <= 2 ? time.year % 100 : time.year, run <= 2 ? two : run);
      return true;
    case 'M':
      if (run >= 3) {
        out += kMonths[time.month - 1].substr(0, run == 3 ? 3 : std::string_view::npos);
      } else {
        appendPadded(out, time.month, two);
      }
      return true;
    case 'd':
      if (run >= 3) {
        out += kDays[weekdayOf(time)].substr(0, run == 3 ? 3 : std::string_view::npos);
      } else {
        appendPadded(out, time.day, two);
      }
      return true;
    case 'H':
      appendPadded(out, time.hour, two);
      return true;
    case 'h':
      appendPadded(out, time.hour % 12 == 0 ? 12 : time.hour % 12, two);
      return true;
    case 'm':
      appendPadded(out, time.minute, two);
      return true;
    case 's':
      appendPadded(out, time.second, two);
      return true;
    case 't':
      out += std::string_view(time.hour < 12 ? "AM" : "PM").substr(0, two);
      return true;
    case 'f':
    case 'F':
      appendFraction(out, time.fraction, run, letter == 'F');
      return run <= 7;
    case 'z':
      out += run == 1 ? "+0" : run == 2 ? "+00" : "+00:00";
      return true;
    case 'K':
      out += 'Z';
      return true;
    default:
      return false;
  }
}

}  // namespace

CalendarTime toCalendar(std::int64_t ticks) {
  const Ticks since(ticks);
  const auto days = chrono::floor<chrono::days>(since);
  const chrono::year_month_day date(kEpoch + days);
  std::int64_t rest = (since - days).count();
  CalendarTime time;
  time.year = static_cast<int>(date.year());
  time.month = static_cast<unsigned>(date.month());
  time.day = static_cast<unsigned>(date.day());
  time.fraction = rest % kTicksPerSecond;
  rest /= kTicksPerSecond;
  time.second = static_cast<unsigned>(rest % 60);
  time.minute = static_cast<unsigned>(rest / 60 % 60);
  time.hour = static_cast<unsigned>(rest / 3600);
  return time;
}

std::optional<std::int64_t> toTicks(const CalendarTime& time) {
  if (time.year < 1601 || time.year > 9999 || time.hour > 23 || time.minute > 59 ||
      time.second > 59) {
    return std::nullopt;
  }
  const auto date =
      chrono::year(static_cast<int>(time.year)) / chrono::month(time.month) / chrono::day(time.day);
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = (chrono::sys_days(date) - kEpoch).count();
  const std::int64_t seconds = days * 86'400 + time.hour * 3'600 + time.minute * 60 + time.second;
  return seconds * kTicksPerSecond + time.fraction;
}

std::optional<std::int64_t> parseDateTime(std::string_view text) {
  Scanner in(trimAscii(text));
  CalendarTime time;
  const std::size_t digits = in.rest().find_first_not_of("0123456789");
  if (digits == 14 || digits == 12) {
    if (!readGeneralizedTime(in, time)) return std::nullopt;
  } else {
    if (!readDate(in, time)) return std::nullopt;
    const bool has_time = in.take('T') || in.take(' ');
    in.skipBlanks();
    if (has_time && !readTime(in, time)) return std::nullopt;
  }
  const auto offset = readOffset(in);
  const auto ticks = toTicks(time);
  if (!offset || !ticks || !in.rest().empty()) return std::nullopt;
  return *ticks - *offset * 60 * kTicksPerSecond;
}

bool formatDateTime(std::int64_t ticks,
                    std::string_view format,
                    std::string& out,
                    std::string& unknown) {
  const CalendarTime time = toCalendar(ticks);
  while (!format.empty()) {
    const char c = format.front();
    if (c == '\'' || c == '"') {
      const std::size_t end = format.find(c, 1);
      if (end == std::string_view::npos) {
        unknown = "a quote that is not closed";
        return false;
      }
      out += format.substr(1, end - 1);
      format.remove_prefix(end + 1);
      continue;
    }
    if (c == '\\' && format.size() > 1) {
      out += format[1];
      format.remove_prefix(2);
      continue;
    }
    const std::size_t run = runLength(format);
    if (appendField(c, run, time, out)) {
      format.remove_prefix(run);
      continue;
    }
    if (c == 'f' || c == 'F' || c == 'g') {
      unknown = std::string(format.substr(0, run));
      return false;
    }
    if (c != '%') out += c;
    format.remove_prefix(1);
  }
  return true;
}

}  // namespace tandem::expression
