// SPDX-License-Identifier: Apache-2.0
#include "cli/conversion_report.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace tandem::cli {

using policy::entra::EntraConfiguration;
using policy::entra::EntraRule;
using policy::entra::Outcome;
using policy::entra::Report;
using policy::entra::ReportLine;

namespace {

std::size_t countOf(const Report& report, Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(report.begin(), report.end(), [&](const ReportLine& line) {
        return line.outcome == outcome;
      }));
}

std::string linesOf(const Report& report, Outcome outcome) {
  std::string text;
  for (const ReportLine& line : report) {
    if (line.outcome != outcome) continue;
    text += fmt::format("  {}: {}\n", line.subject, line.text);
    if (!line.question.empty()) text += fmt::format("      Check: {}\n", line.question);
  }
  return text;
}

std::string questionsOf(const Report& report) {
  std::string text;
  int number = 0;
  for (const ReportLine& line : report) {
    if (line.outcome != Outcome::kNotCarried) continue;
    text += fmt::format("  {}. {}\n      {}\n", ++number, line.subject, line.text);
    text += fmt::format("      Question: {}\n      Until then: {}\n", line.question, line.fallback);
  }
  return text;
}

}  // namespace

std::string describeConfiguration(const std::string& path,
                                  const EntraConfiguration& configuration) {
  const auto own = std::count_if(configuration.rules.begin(),
                                 configuration.rules.end(),
                                 [](const EntraRule& rule) { return !rule.isStandard(); });
  std::string text =
      fmt::format("{} is {}: {} connectors, {} settings, {} rules, {} of them custom.\n",
                  path,
                  describe(configuration.format),
                  configuration.connectors.size(),
                  configuration.settings.size(),
                  configuration.rules.size(),
                  own);
  const policy::entra::EntraMetadata& from = configuration.metadata;
  if (!from.host.empty() || !from.exported_at.empty()) {
    text += fmt::format("It was exported on {} at {}, Entra Connect {}.\n",
                        from.host.empty() ? "an unnamed server" : from.host,
                        from.exported_at.empty() ? "an unknown time" : from.exported_at,
                        from.version.empty() ? "of an unknown version" : from.version);
  }
  return text;
}

std::string reportText(const Report& report) {
  std::string text = fmt::format("\nCarried: {}\n", countOf(report, Outcome::kCarried));
  text += linesOf(report, Outcome::kCarried);
  text += fmt::format("\nAdapted: {}\n", countOf(report, Outcome::kAdapted));
  text += linesOf(report, Outcome::kAdapted);
  text += fmt::format("\nNot carried, and to decide: {}\n", countOf(report, Outcome::kNotCarried));
  return text + questionsOf(report);
}

nlohmann::ordered_json reportJson(const Report& report) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ReportLine& line : report) {
    list.push_back({{"outcome", wordFor(policy::entra::kOutcomes, line.outcome)},
                    {"subject", line.subject},
                    {"text", line.text},
                    {"question", line.question},
                    {"default", line.fallback},
                    {"where", line.where}});
  }
  return list;
}

}  // namespace tandem::cli
