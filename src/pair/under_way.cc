// SPDX-License-Identifier: Apache-2.0
#include "pair/under_way.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/text.h"

namespace tandem::pair {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kBootedAt = "export_booted_at";
constexpr std::int64_t kToleranceMs = 1000;  // the two clocks are read one after the other

std::int64_t wallMs(const platform::Clock& clock) {
  return std::chrono::floor<milliseconds>(clock.wallNow().time_since_epoch()).count();
}

std::int64_t bootedAtMs(const platform::Clock& clock) {
  return wallMs(clock) -
         std::chrono::floor<milliseconds>(clock.bootNow().time_since_epoch()).count();
}

std::optional<std::int64_t> notedMs(store::Store& store) {
  const std::optional<std::string> noted = store.setting(kBootedAt);
  return noted ? parseInteger(*noted) : std::nullopt;
}

bool isSame(std::optional<std::int64_t> noted, const platform::Clock& clock) {
  return noted && std::abs(*noted - bootedAtMs(clock)) <= kToleranceMs;
}

}  // namespace

void noteExportClock(store::Store& store, const platform::Clock& clock) {
  if (isSame(notedMs(store), clock)) return;
  store.setSetting(kBootedAt, std::to_string(bootedAtMs(clock)));
}

milliseconds longestUnderWay(store::Store& store,
                             const platform::Clock& clock,
                             milliseconds time_out) {
  const std::optional<std::int64_t> sent_at = store.exports().lastOpenIntent();
  if (!sent_at) return milliseconds(0);
  if (!isSame(notedMs(store), clock)) return time_out;
  // The journal has whole seconds: the end of the one in which it was sent.
  const milliseconds age = milliseconds(wallMs(clock)) - seconds(*sent_at + 1);
  return std::clamp(time_out - age, milliseconds(0), time_out);
}

}  // namespace tandem::pair
