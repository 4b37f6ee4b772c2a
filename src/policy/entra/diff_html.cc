// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "policy/entra/diff_report.h"

namespace tandem::policy::entra {
namespace {

// The policy says what the page may load, in case a mail program would fetch what a name in it
// points at: nothing.
constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Differences between two configurations</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
         color: #1b1f24; background: #fff; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
           border-bottom: 1px solid #d8dee4; }
  th { white-space: nowrap; }
  td { overflow-wrap: anywhere; min-width: 8rem; } td.kind { min-width: 0; }
  .kind { white-space: nowrap; font-weight: 600; }
  .added { color: #116329; } .removed { color: #a40e26; } .changed { color: #7d4e00; }
  .before { color: #a40e26; } .after { color: #116329; }
  code { font: 13px/1.4 ui-monospace, monospace; white-space: pre-wrap; }
  details { border: 1px solid #d8dee4; border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem; }
  summary { cursor: pointer; }
  .aspect { color: #57606a; white-space: nowrap; }
  @media (prefers-color-scheme: dark) {
    body { color: #e6edf3; background: #0d1117; }
    th, td, details { border-color: #30363d; }
    .added, .after { color: #56d364; } .removed, .before { color: #ff7b72; }
    .changed { color: #e3b341; }
  }
</style>
</head>
<body>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

std::string kindCell(ChangeKind kind) {
  const std::string_view word = wordFor(kChangeKinds, kind);
  return fmt::format("<td class=\"kind {0}\">{0}</td>", word);
}

std::string sideRow(std::string_view which, const DiffSide& side) {
  return fmt::format(
      "<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
      which,
      escaped(side.name),
      escaped(side.format),
      escaped(side.host),
      escaped(side.exported_at),
      escaped(side.version),
      side.rules);
}

std::string valueCells(const std::string& before, const std::string& after) {
  return fmt::format(
      "<td class=\"before\"><code>{}</code></td><td class=\"after\"><code>{}</code></td>",
      escaped(before),
      escaped(after));
}

std::string settingsTable(const ConfigurationDiff& diff) {
  if (diff.settings.empty()) return {};
  std::string html =
      "<h2>Settings</h2>\n<table>\n<tr><th></th><th>Setting</th><th>Before</th><th>After</th></"
      "tr>\n";
  for (const PolicyChange& change : diff.settings) {
    html += fmt::format("<tr>{}<td>{}</td>{}</tr>\n",
                        kindCell(change.kind),
                        escaped(change.what),
                        valueCells(change.before, change.after));
  }
  return html + "</table>\n";
}

std::string ruleDetails(const RuleDifference& rule) {
  std::string html = fmt::format(
      "<details open>\n<summary><span class=\"kind {0}\">{0}</span> {1} rule <b>{2}</b> · "
      "{3}</summary>\n",
      wordFor(kChangeKinds, rule.kind),
      rule.standard ? "standard" : "custom",
      escaped(rule.name),
      escaped(rule.connector));
  if (!rule.changes.empty()) {
    html += "<table>\n";
    for (const RuleChange& change : rule.changes) {
      html += fmt::format("<tr><td class=\"aspect\">{}</td><td>{}</td></tr>\n",
                          wordFor(kAspects, change.aspect),
                          escaped(change.text));
    }
    html += "</table>\n";
  }
  return html + "</details>\n";
}

std::string list(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string html = fmt::format("<h2>{}</h2>\n<ul>\n", escaped(title));
  for (const std::string& line : lines)
    html += fmt::format("<li>{}</li>\n", escaped(line));
  return html + "</ul>\n";
}

}  // namespace

std::string diffHtml(const ConfigurationDiff& diff) {
  std::string html(kHead);
  html += fmt::format(
      "<h1>{}</h1>\n",
      diff.isEmpty() ? "The two mean the same" : "Differences between two configurations");
  html +=
      "<table>\n<tr><th></th><th>Source</th><th>Format</th><th>Server</th><th>Exported</th>"
      "<th>Version</th><th>Rules</th></tr>\n";
  html += sideRow("Before", diff.before) + sideRow("After", diff.after) + "</table>\n";
  if (diff.effect) html += list("Effect " + diff.effect->about, diff.effect->lines);
  html += settingsTable(diff);
  if (!diff.rules.empty()) html += "<h2>Rules</h2>\n";
  for (const RuleDifference& rule : diff.rules)
    html += ruleDetails(rule);
  html += list("Differs from server to server and means nothing", diff.folded);
  html += list("Not compared", diff.not_compared);
  return html + "</body>\n</html>\n";
}

}  // namespace tandem::policy::entra
