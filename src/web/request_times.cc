// SPDX-License-Identifier: Apache-2.0
#include "web/request_times.h"

#include <algorithm>

#include <fmt/format.h>

#include "web/exposition.h"

namespace tandem::web {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr int kServerError = 500;

}  // namespace

RequestTimes::RequestTimes(const std::vector<Route>& routes)
    : routes_(&routes), times_(std::make_unique<Times[]>(routes.size())) {}

void RequestTimes::record(const Route* route, std::chrono::microseconds took, int status) {
  if (route == nullptr || route < routes_->data() || route >= routes_->data() + routes_->size())
    return;
  Times& times = times_[static_cast<std::size_t>(route - routes_->data())];
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  times.buckets[static_cast<std::size_t>(bound - kBounds.begin())].fetch_add(1, kRelaxed);
  times.microseconds.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, took.count())),
                               kRelaxed);
  if (status >= kServerError) times.failures.fetch_add(1, kRelaxed);
}

void RequestTimes::writeTo(Exposition& out) const {
  out.family("tandem_api_request_duration_seconds",
             "How long the API took to answer",
             Exposition::Type::kHistogram);
  for (std::size_t i = 0; i < routes_->size(); ++i) {
    const Times& times = times_[i];
    const Route& route = (*routes_)[i];
    const std::string_view method = toString(route.method);
    std::uint64_t count = 0;
    std::array<std::uint64_t, kBounds.size() + 1> up_to{};
    for (std::size_t bucket = 0; bucket < up_to.size(); ++bucket)
      up_to[bucket] = count += times.buckets[bucket].load(kRelaxed);
    if (count == 0) continue;
    for (std::size_t bucket = 0; bucket < up_to.size(); ++bucket) {
      const std::string bound =
          bucket < kBounds.size() ? fmt::format("{}", kBounds[bucket]) : "+Inf";
      out.sample("_bucket",
                 static_cast<double>(up_to[bucket]),
                 {{"method", method}, {"route", route.path}, {"le", bound}});
    }
    out.sample("_sum",
               static_cast<double>(times.microseconds.load(kRelaxed)) / 1e6,
               {{"method", method}, {"route", route.path}});
    out.sample("_count", static_cast<double>(count), {{"method", method}, {"route", route.path}});
  }
  out.family(
      "tandem_api_failures_total", "Answers with status 500 and above", Exposition::Type::kCounter);
  for (std::size_t i = 0; i < routes_->size(); ++i) {
    const auto failures = times_[i].failures.load(kRelaxed);
    const Route& route = (*routes_)[i];
    if (failures != 0)
      out.add(static_cast<double>(failures),
              {{"method", toString(route.method)}, {"route", route.path}});
  }
}

}  // namespace tandem::web
