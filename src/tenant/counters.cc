// SPDX-License-Identifier: Apache-2.0
#include "tenant/counters.h"

#include "tenant/json_writer.h"

namespace tandem::tenant {

void Counters::increase(Counts& counts, std::string_view name) {
  const auto found = counts.find(name);
  if (found != counts.end()) {
    ++found->second;
  } else if (counts.size() < kNamesMax) {
    counts.emplace(name, 1);
  } else {
    ++counts[std::string(kOthers)];
  }
}

void Counters::request(std::string_view name, int status) {
  const std::lock_guard lock(mutex_);
  ++total_requests_;
  increase(requests_, name);
  increase(statuses_, std::to_string(status));
}

void Counters::write(std::string_view name) {
  const std::lock_guard lock(mutex_);
  ++total_writes_;
  increase(writes_, name);
}

void Counters::reset() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
  writes_.clear();
  statuses_.clear();
  total_requests_ = total_writes_ = 0;
}

std::string Counters::toJson(const Counts& counts) {
  std::string out;
  JsonWriter json(out);
  json.beginObject();
  for (const auto& [name, count] : counts) {
    json.key(name).integer(static_cast<std::int64_t>(count));
  }
  json.endObject();
  return out;
}

std::string Counters::toJson() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  JsonWriter json(out);
  json.beginObject();
  json.key("totalRequests").integer(static_cast<std::int64_t>(total_requests_));
  json.key("totalWrites").integer(static_cast<std::int64_t>(total_writes_));
  json.key("requests").raw(toJson(requests_));
  json.key("writes").raw(toJson(writes_));
  json.key("statuses").raw(toJson(statuses_));
  json.endObject();
  return out;
}

}  // namespace tandem::tenant
