// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::web {

// Prometheus' text format 0.0.4. Families come one after the other, each with its samples.
class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
  enum class Type : std::uint8_t {
    kGauge,
    kCounter,
    kHistogram
  };

  // name: with "tandem_" or "process_".
  void family(std::string_view name, std::string_view help, Type type = Type::kGauge);
  void add(double value, const Labels& labels = {}) { sample("", value, labels); }
  // suffix: "_bucket", "_sum", "_count"
  void sample(std::string_view suffix, double value, const Labels& labels);
  std::string take() { return std::move(text_); }

 private:
  std::string name_, text_;
};

}  // namespace tandem::web
