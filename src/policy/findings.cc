// SPDX-License-Identifier: Apache-2.0
#include "policy/findings.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/core.h>

namespace tandem::policy {
namespace {

std::optional<std::uint32_t> readNumber(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// Takes "FILE:line:column" off the front of where.
std::optional<Position> takePosition(std::string_view& where, std::string_view file) {
  std::string_view rest = where;
  if (rest.substr(0, file.size()) != file) return std::nullopt;
  rest.remove_prefix(file.size());
  if (rest.empty() || rest.front() != ':') return std::nullopt;
  rest.remove_prefix(1);
  const auto line = readNumber(rest);
  if (!line || rest.empty() || rest.front() != ':') return std::nullopt;
  rest.remove_prefix(1);
  const auto column = readNumber(rest);
  if (!column) return std::nullopt;
  while (!rest.empty() && (rest.front() == ',' || rest.front() == ':' || rest.front() == ' ')) {
    rest.remove_prefix(1);
  }
  where = rest;
  return Position{*line, *column};
}

}  // namespace

void Findings::error(Position at, std::string message) {
  findings_.push_back({at, Problem::Severity::kError, std::move(message)});
}

void Findings::warning(Position at, std::string message) {
  findings_.push_back({at, Problem::Severity::kWarning, std::move(message)});
}

void Findings::adopt(const Problems& problems, std::string_view file, Position fallback) {
  for (const Problem& problem : problems) {
    std::string_view where = problem.where;
    const Position at = takePosition(where, file).value_or(fallback);
    std::string message =
        where.empty() ? problem.message : fmt::format("{}: {}", where, problem.message);
    findings_.push_back({at, problem.severity, std::move(message)});
  }
}

bool Findings::hasErrors() const {
  return std::any_of(findings_.begin(), findings_.end(), [](const Finding& finding) {
    return finding.severity == Problem::Severity::kError;
  });
}

Problems Findings::sorted(std::string_view file) const {
  std::vector<Finding> ordered = findings_;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Finding& a, const Finding& b) {
    return a.at < b.at;
  });
  Problems problems;
  for (Finding& finding : ordered) {
    problems.push_back({finding.severity,
                        fmt::format("{}:{}:{}", file, finding.at.line, finding.at.column),
                        std::move(finding.message)});
  }
  return problems;
}

}  // namespace tandem::policy
