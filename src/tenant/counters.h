// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace tandem::tenant {

// What was asked and what was written, for tests such as "a second cycle writes nothing".
// Thread-safe. Inner requests of a $batch count, the batch itself counts as "POST $batch".
class Counters {
 public:
  void request(std::string_view name, int status);
  void write(std::string_view name);  // something changed: "users.create"
  void reset();
  std::string toJson() const;

  // Paths that do not exist have names too, and anybody may ask for them: what is one too many
  // counts under "(others)".
  static constexpr std::size_t kNamesMax = 1000;
  static constexpr std::string_view kOthers = "(others)";

 private:
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;
  static void increase(Counts& counts, std::string_view name);
  static std::string toJson(const Counts& counts);

  mutable std::mutex mutex_;
  Counts requests_;
  Counts writes_;
  Counts statuses_;
  std::uint64_t total_requests_ = 0;
  std::uint64_t total_writes_ = 0;
};

}  // namespace tandem::tenant
