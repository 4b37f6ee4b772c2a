// SPDX-License-Identifier: Apache-2.0
#include "cli/flow_text.h"

#include <fmt/core.h>

#include "cli/object_text.h"

namespace tandem::cli {

using rules::MappingFate;

namespace {

constexpr std::size_t kValuesShown = 3;

std::string valueOf(store::Store& store, const rules::TracedMapping& mapping) {
  if (mapping.target_is_dn) return mapping.given;
  if (mapping.references > 0) return fmt::format("{} references", mapping.references);
  const auto values = directory::findAttribute(mapping.given, mapping.target);
  if (!values || values->isEmpty()) return {};
  return valuesText(store.names().attributes().name(mapping.target), *values, kValuesShown);
}

// An expression in one line, however the rule breaks it.
std::string inOneLine(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!is_blank) line += c;
    if (is_blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return line;
}

// An expression and what it read; a direct flow's input is its expression.
std::string readOf(const Explanation::Flow& flow) {
  std::string inputs;
  for (const std::string& input : flow.inputs)
    inputs += (inputs.empty() ? "" : "; ") + input;
  if (flow.inputs.size() == 1 && flow.inputs.front().starts_with(flow.written + " ")) return inputs;
  return inOneLine(flow.written) + (inputs.empty() ? "" : " with " + inputs);
}

}  // namespace

std::string_view fateWord(MappingFate fate) {
  switch (fate) {
    case MappingFate::kWon:
      return "won";
    case MappingFate::kContributed:
      return "contributed";
    case MappingFate::kNull:
      return "null";
    case MappingFate::kIgnored:
      return "ignored";
    case MappingFate::kCleared:
      return "authoritativeNull";
    case MappingFate::kFailed:
      return "failed";
    case MappingFate::kOutranked:
      return "outranked";
  }
  return "";
}

Explanation::Flow flowOf(store::Store& store,
                         const rules::TracedMapping& mapping,
                         const std::string& stage) {
  Explanation::Flow flow;
  flow.stage = stage;
  const auto& attributes = store.names().attributes();
  flow.target = mapping.target_is_dn ? "dn" : attributes.name(mapping.target);
  flow.result = fateWord(mapping.fate);
  flow.rule = store.names().ruleName(mapping.rule);
  flow.source = mapping.source.raw() == 0 ? "metaverse" : fmt::format("#{}", mapping.source.raw());
  flow.written =
      mapping.flow == rules::FlowType::kConstant ? "\"" + mapping.written + "\"" : mapping.written;
  for (const directory::AttributeId read : mapping.reads) {
    const auto values = directory::findAttribute(mapping.inputs, read);
    const std::string& name = attributes.name(read);
    const bool is_link = mapping.references > 0 && !values;
    flow.inputs.push_back(fmt::format("{} {}",
                                      name,
                                      is_link ? fmt::format("= {} references", mapping.references)
                                      : values && !values->isEmpty()
                                          ? "= " + valuesText(name, *values, kValuesShown)
                                          : std::string("is absent")));
  }
  flow.value = valueOf(store, mapping);
  return flow;
}

std::string flowLine(const Explanation::Flow& flow) {
  const std::string read = readOf(flow);
  const std::string from = flow.source == "metaverse" ? "" : " of " + flow.source;
  if (flow.result == "won")
    return fmt::format("{} ← {} ({}{}: {})", flow.target, flow.value, flow.rule, from, read);
  if (flow.result == "contributed")
    return fmt::format("{} ← also {} ({}{}: {})", flow.target, flow.value, flow.rule, from, read);
  if (flow.result == "outranked") {
    return fmt::format("{}: outranked: {}{} would give {} ({})",
                       flow.target,
                       flow.rule,
                       from,
                       flow.value.empty() ? "nothing" : flow.value,
                       read);
  }
  if (flow.result == "null")
    return fmt::format("{}: {}{} gives nothing: {}", flow.target, flow.rule, from, read);
  if (flow.result == "ignored")
    return fmt::format("{}: {}{} leaves it as it is: {}", flow.target, flow.rule, from, read);
  if (flow.result == "authoritativeNull")
    return fmt::format(
        "{}: {}{} clears it (AuthoritativeNull): {}", flow.target, flow.rule, from, read);
  return fmt::format("{}: {}{} fails: {}", flow.target, flow.rule, from, read);
}

}  // namespace tandem::cli
