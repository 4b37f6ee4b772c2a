// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "expression/function.h"
#include "expression/functions/date_text.h"

namespace tandem::expression {
namespace {

constexpr Parameter kDate{"time", types::kDateTime};

Value dateFromNumber(std::span<const Value> arguments, Workspace& work) {
  constexpr std::int64_t kLast = 2'650'467'743'999'999'999;  // 9999-12-31
  const std::int64_t ticks = arguments[0].number;
  if (ticks < 0 || ticks > kLast) {
    return work.fail(fmt::format("DateFromNum: {} is no time between 1601 and 9999", ticks));
  }
  return Value::dateTime(ticks);
}

Value numberFromDate(std::span<const Value> arguments, Workspace& /*work*/) {
  return Value::integer(arguments[0].number);
}

Value formatDate(std::span<const Value> arguments, Workspace& work) {
  work.scratch.clear();
  std::string unknown;
  if (!formatDateTime(arguments[0].number, arguments[1].view(), work.scratch, unknown)) {
    return work.fail(fmt::format("FormatDateTime: the format has {}", unknown));
  }
  return work.keep(work.scratch);
}

Value now(std::span<const Value> /*arguments*/, Workspace& work) {
  constexpr std::int64_t kFrom1601To1970 = 11'644'473'600;  // seconds
  const auto seconds = work.now();
  if (!seconds) return work.fail("Now: nothing here tells the time");
  return Value::dateTime((*seconds + kFrom1601To1970) * kTicksPerSecond);
}

Value parseDate(std::span<const Value> arguments, Workspace& work) {
  const auto ticks = parseDateTime(arguments[0].view());
  if (!ticks) return work.fail("CDate: this text is no date and time");
  return Value::dateTime(*ticks);
}

// Moving by months keeps the day where the month has it: January 31 and a month is February 28.
Value addMonths(std::int64_t ticks, std::int64_t months_each, std::int64_t count, Workspace& work) {
  constexpr std::int64_t kCountMax = 120'000;  // whatever is counted, far outside of the years
  CalendarTime time = toCalendar(ticks);
  const std::int64_t months =
      time.year * 12 + time.month - 1 + std::clamp(count, -kCountMax, kCountMax) * months_each;
  time.year = months / 12;
  time.month = static_cast<unsigned>(months % 12) + 1;
  for (int tries = 0; tries < 4; ++tries, --time.day) {
    if (const auto moved = toTicks(time)) return Value::dateTime(*moved);
  }
  return work.fail("DateAdd: the result lies outside of the years 1601 to 9999");
}

Value dateAdd(std::span<const Value> arguments, Workspace& work) {
  const std::string_view interval = arguments[0].view();
  const std::int64_t count = arguments[1].number;
  const std::int64_t ticks = arguments[2].number;
  std::int64_t amount = 0;
  if (interval == "yyyy") return addMonths(ticks, 12, count, work);
  if (interval == "q") return addMonths(ticks, 3, count, work);
  if (interval == "m") return addMonths(ticks, 1, count, work);
  std::int64_t seconds = 0;
  if (interval == "d" || interval == "y" || interval == "w") seconds = 86'400;
  if (interval == "ww") seconds = 7 * 86'400;
  if (interval == "h") seconds = 3'600;
  if (interval == "n") seconds = 60;
  if (interval == "s") seconds = 1;
  if (seconds == 0) {
    return work.fail("DateAdd: the interval is one of yyyy, q, m, y, d, w, ww, h, n, s");
  }
  std::int64_t result = 0;
  const bool overflows = __builtin_mul_overflow(count, seconds * kTicksPerSecond, &amount) ||
                         __builtin_add_overflow(ticks, amount, &result);
  if (overflows) return work.fail("DateAdd: the result lies outside of the years 1601 to 9999");
  const std::array<Value, 1> moved = {Value::integer(result)};
  return dateFromNumber(moved, work);
}

const Function kFunctions[] = {
    {.name = "CDate",
     .signature = "dt CDate(str text)",
     .summary = "Text to a date and time in UTC: \"2013-01-10 4:00 PM -8\", ISO 8601, or LDAP's "
                "\"20130110160000.0Z\".",
     .parameters = {Parameter{"text", types::kString}},
     .required = 1,
     .allowed = 1,
     .returns = types::kDateTime,
     .evaluate = parseDate},
    {.name = "DateAdd",
     .signature = "dt DateAdd(str interval, num count, dt time)",
     .summary = "The time moved by count years (yyyy), quarters (q), months (m), days (d, y or w), "
                "weeks (ww), hours (h), minutes (n) or seconds (s).",
     .parameters = {Parameter{"interval", types::kString},
                    Parameter{"count", types::kInteger},
                    kDate},
     .required = 3,
     .allowed = 3,
     .returns = types::kDateTime,
     .evaluate = dateAdd},
    {.name = "DateFromNum",
     .signature = "dt DateFromNum(num ticks)",
     .summary = "A time as Active Directory counts it (100 ns since 1601, as in pwdLastSet) to a "
                "date and time.",
     .parameters = {Parameter{"ticks", types::kInteger}},
     .required = 1,
     .allowed = 1,
     .returns = types::kDateTime,
     .evaluate = dateFromNumber},
    {.name = "FormatDateTime",
     .signature = "str FormatDateTime(dt time, str format)",
     .summary = "The time as text after a .NET format such as \"yyyyMMddHHmmss.0Z\".",
     .parameters = {kDate, Parameter{"format", types::kString}},
     .required = 2,
     .allowed = 2,
     .returns = types::kString,
     .evaluate = formatDate},
    {.name = "Now",
     .signature = "dt Now()",
     .summary = "The time in UTC, to the second; the same for everything that is computed of one "
                "object. Time alone makes no object be looked at again: what depends on it changes "
                "when the object does, or with the next full synchronization.",
     .returns = types::kDateTime,
     .nulls = NullPolicy::kSeesNull,
     .evaluate = now},
    {.name = "NumFromDate",
     .signature = "num NumFromDate(dt time)",
     .summary = "The opposite of DateFromNum.",
     .parameters = {kDate},
     .required = 1,
     .allowed = 1,
     .returns = types::kInteger,
     .evaluate = numberFromDate},
};

}  // namespace

std::span<const Function> dateFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
