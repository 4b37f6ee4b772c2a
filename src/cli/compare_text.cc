// SPDX-License-Identifier: Apache-2.0
#include "cli/compare_text.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/format.h"
#include "cli/object_text.h"
#include "cli/table.h"

namespace tandem::cli {
namespace {

using compare::Comparison;
using compare::Field;
using compare::FieldDifference;
using compare::FieldValue;
using compare::ObjectDifference;
using compare::Presence;
using compare::SpaceKind;
using Json = nlohmann::ordered_json;

constexpr std::size_t kShownValues = 3;
constexpr std::size_t kShownFields = 12;    // of one object
constexpr std::size_t kShownHexBytes = 16;  // more of a photo says nothing

std::string spaceWord(SpaceKind kind, const std::string& connector) {
  switch (kind) {
    case SpaceKind::kSettings:
      return "policy and rules";
    case SpaceKind::kConnectorSpace:
      return "imported from " + connector;
    case SpaceKind::kMetaverse:
      return "metaverse";
    case SpaceKind::kPendingExports:
      return "pending exports to " + connector;
  }
  return "";
}

std::string_view kindWord(SpaceKind kind) {
  switch (kind) {
    case SpaceKind::kSettings:
      return "settings";
    case SpaceKind::kConnectorSpace:
      return "connectorSpace";
    case SpaceKind::kMetaverse:
      return "metaverse";
    case SpaceKind::kPendingExports:
      return "pendingExports";
  }
  return "";
}

std::string oneValue(const Field& field, const FieldValue& value) {
  std::string_view bytes = value.bytes;
  // GUIDs and SIDs are short, and are shown in their own form.
  const bool cut = field.type == directory::ValueType::kBinary && bytes.size() > 2 * kShownHexBytes;
  if (cut) bytes = bytes.substr(0, kShownHexBytes);
  std::string text = valueText(field.name, field.type, bytes);
  if (cut || value.length > value.bytes.size())
    text += fmt::format("… ({} bytes)", formatCount(static_cast<std::int64_t>(value.length)));
  return text;
}

std::string sideText(const std::optional<Field>& side, const std::optional<Field>& other) {
  if (!side) return "(none)";
  if (side->count == 0) return "(to be cleared)";
  const std::vector<FieldValue> values = compare::valuesOnlyIn(side, other);
  std::string text;
  for (std::size_t i = 0; i < values.size() && i < kShownValues; ++i)
    text += (text.empty() ? "" : "; ") + oneValue(*side, values[i]);
  const std::uint64_t held_back = side->count - side->values.size();
  if (values.size() > kShownValues || held_back > 0) {
    text += fmt::format("; of {} values", formatCount(static_cast<std::int64_t>(side->count)));
  }
  // All that this side has, the other one has as well.
  return values.empty() ? fmt::format("(not among {} values)",
                                      formatCount(static_cast<std::int64_t>(side->count)))
                        : text;
}

std::string nameOf(const ObjectDifference& one) {
  return fmt::format("{}{}{}", one.type, one.type.empty() ? "" : " ", one.name);
}

std::string operationOf(const ObjectDifference& one, bool here) {
  const Presence missing = here ? Presence::kThereOnly : Presence::kHereOnly;
  if (one.presence == missing) return "nothing";
  for (const FieldDifference& field : one.fields) {
    const std::optional<Field>& side = here ? field.here : field.there;
    if (field.name == "(operation)" && side && !side->values.empty())
      return side->values.front().bytes;
  }
  return "the same operation";
}

// What is the matter comes first: a narrow terminal cuts the end.
std::string headline(const ObjectDifference& one) {
  std::string matter;
  if (one.kind == SpaceKind::kPendingExports) {
    const std::string here = operationOf(one, true);
    const std::string there = operationOf(one, false);
    if (here != there) matter = fmt::format("{} here, {} there: ", here, there);
  } else if (one.presence != Presence::kBoth) {
    matter = one.presence == Presence::kHereOnly ? "only here: " : "only there: ";
  }
  return fmt::format("{}{} ({})", matter, nameOf(one), spaceWord(one.kind, one.connector));
}

// Every line of a text, so much further to the right.
std::string indented(const std::string& text, const std::string& indent) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += indent + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

class Text {
 public:
  Text(const Comparison& comparison, const CompareView& view)
      : comparison_(comparison), view_(view) {}

  std::string make() {
    text_ = verdict() + "\n";
    addSpaces();
    addImports();
    for (const compare::DifferenceGroup& group : comparison_.groups) {
      if (shown_ >= view_.limit) break;
      addObject(group.cause, "", /*follows=*/false);
      for (const ObjectDifference& follower : group.followers) {
        if (shown_ >= view_.limit) break;
        addObject(follower, "  ", /*follows=*/true);
      }
    }
    addEnd();
    return text_;
  }

 private:
  std::string verdict() const {
    const auto differing = static_cast<std::int64_t>(comparison_.differing);
    std::string text = fmt::format("{} difference{} in {} objects",
                                   formatCount(differing),
                                   differing == 1 ? "" : "s",
                                   formatCount(static_cast<std::int64_t>(comparison_.objects())));
    if (differing > static_cast<std::int64_t>(comparison_.groups.size()) &&
        comparison_.described == comparison_.differing) {
      text += fmt::format(", from {} cause{}",
                          formatCount(static_cast<std::int64_t>(comparison_.groups.size())),
                          comparison_.groups.size() == 1 ? "" : "s");
    }
    if (comparison_.refreshed && comparison_.transient > 0) {
      text += fmt::format("; {} more were transient: gone at the second look",
                          formatCount(static_cast<std::int64_t>(comparison_.transient)));
    }
    return text + ".\n";
  }

  void addSpaces() {
    Table table({{"COMPARED", Column::Kind::kLong},
                 {"HERE", Column::Kind::kNumber},
                 {"THERE", Column::Kind::kNumber},
                 {"DIFFERENT", Column::Kind::kNumber}});
    const auto count = [](bool present, std::uint64_t number) {
      return present ? formatCount(static_cast<std::int64_t>(number)) : std::string("-");
    };
    for (const compare::SpaceResult& space : comparison_.spaces) {
      table.add({spaceWord(space.kind, space.connector),
                 count(space.is_here, space.here),
                 count(space.is_there, space.there),
                 count(space.is_here && space.is_there, space.differing)});
    }
    text_ += table.render(view_.width) + "\n";
  }

  void addImports() {
    Table table({{"LAST IMPORT", Column::Kind::kLong},
                 {"HERE", Column::Kind::kText},
                 {"THERE", Column::Kind::kText}});
    for (const compare::ImportTimes& times : comparison_.imports)
      table.add({times.connector, formatTime(times.here), formatTime(times.there)});
    if (!table.isEmpty()) text_ += table.render(view_.width) + "\n";
  }

  void addObject(const ObjectDifference& one, const std::string& indent, bool follows) {
    ++shown_;
    std::string line = indent + (follows ? "follows: " : "");
    if (one.may_be_transient && !follows) line += "may be transient: ";
    line += headline(one);
    text_ += (view_.width == 0 ? line : fitTo(line, view_.width)) + "\n";
    if (one.presence == Presence::kBoth) addFields(one, indent + "  ");
  }

  void addFields(const ObjectDifference& one, const std::string& indent) {
    const bool has_rules =
        std::any_of(one.fields.begin(), one.fields.end(), [](const FieldDifference& field) {
          return !ruleOf(field.here).empty() || !ruleOf(field.there).empty();
        });
    std::vector<Column> columns{{"ATTRIBUTE", Column::Kind::kLong},
                                {"HERE", Column::Kind::kLong},
                                {"THERE", Column::Kind::kLong}};
    if (has_rules) {
      columns.push_back({"RULE HERE", Column::Kind::kLong});
      columns.push_back({"RULE THERE", Column::Kind::kLong});
    }
    Table table(columns);
    for (std::size_t i = 0; i < one.fields.size() && i < kShownFields; ++i) {
      const FieldDifference& field = one.fields[i];
      std::vector<std::string> row{
          field.name, sideText(field.here, field.there), sideText(field.there, field.here)};
      if (has_rules) row.push_back(ruleOf(field.here));
      if (has_rules) row.push_back(ruleOf(field.there));
      table.add(std::move(row));
    }
    const std::size_t width = view_.width == 0 ? 0 : view_.width - indent.size();
    text_ += indented(table.render(width), indent);
    if (one.fields.size() > kShownFields) {
      text_ += fmt::format(
          "{}and {} more attributes: --json\n", indent, one.fields.size() - kShownFields);
    }
  }

  static std::string ruleOf(const std::optional<Field>& side) { return side ? side->rule : ""; }

  void addEnd() {
    if (comparison_.differing > shown_) {
      text_ += fmt::format("\n{} of {} are shown: --all, or --limit, shows more.\n",
                           formatCount(static_cast<std::int64_t>(shown_)),
                           formatCount(static_cast<std::int64_t>(comparison_.differing)));
    }
    if (comparison_.bytes > 0)  // a file is only read
      text_ += fmt::format("exchanged {}\n", byteText(comparison_.bytes));
  }

  const Comparison& comparison_;
  const CompareView& view_;
  std::size_t shown_ = 0;
  std::string text_;
};

Json sideJson(const std::optional<Field>& side) {
  if (!side) return nullptr;
  Json values = Json::array();
  for (const FieldValue& value : side->values)
    values.push_back(valueText(side->name, side->type, value.bytes));
  Json json{{"values", std::move(values)}, {"count", side->count}};
  if (!side->rule.empty()) json["rule"] = side->rule;
  return json;
}

Json objectJson(const ObjectDifference& one) {
  constexpr const char* kPresence[] = {"both", "hereOnly", "thereOnly"};
  Json fields = Json::array();
  for (const FieldDifference& field : one.fields) {
    fields.push_back({{"attribute", field.name},
                      {"here", sideJson(field.here)},
                      {"there", sideJson(field.there)}});
  }
  Json json{{"space", kindWord(one.kind)},
            {"connector", one.connector},
            {"name", one.name},
            {"dn", one.dn},
            {"type", one.type},
            {"presence", kPresence[static_cast<std::size_t>(one.presence)]},
            {"mayBeTransient", one.may_be_transient}};
  if (one.kind == SpaceKind::kPendingExports) {
    json["operationHere"] = operationOf(one, true);
    json["operationThere"] = operationOf(one, false);
  }
  json["attributes"] = std::move(fields);
  return json;
}

}  // namespace

std::string byteText(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  const double kilobytes = static_cast<double>(bytes) / 1000;
  if (kilobytes < 999.5) return fmt::format("{:.0f} kB", kilobytes);
  return fmt::format("{:.1f} MB", kilobytes / 1000);
}

std::string compareText(const Comparison& comparison, const CompareView& view) {
  return Text(comparison, view).make();
}

Json compareJson(const Comparison& comparison) {
  Json spaces = Json::array();
  for (const compare::SpaceResult& space : comparison.spaces) {
    spaces.push_back({{"space", kindWord(space.kind)},
                      {"connector", space.connector},
                      {"isHere", space.is_here},
                      {"isThere", space.is_there},
                      {"here", space.here},
                      {"there", space.there},
                      {"different", space.differing}});
  }
  Json imports = Json::array();
  for (const compare::ImportTimes& times : comparison.imports) {
    imports.push_back({{"connector", times.connector},
                       {"here", formatTime(times.here)},
                       {"there", formatTime(times.there)}});
  }
  Json groups = Json::array();
  for (const compare::DifferenceGroup& group : comparison.groups) {
    Json json = objectJson(group.cause);
    json["follow"] = Json::array();
    for (const ObjectDifference& follower : group.followers)
      json["follow"].push_back(objectJson(follower));
    groups.push_back(std::move(json));
  }
  return {{"equal", comparison.differing == 0},
          {"here", comparison.here},
          {"there", comparison.there},
          {"objects", comparison.objects()},
          {"different", comparison.differing},
          {"refreshed", comparison.refreshed},
          {"transient", comparison.transient},
          {"bytesExchanged", comparison.bytes},
          {"roundTrips", comparison.round_trips},
          {"spaces", std::move(spaces)},
          {"lastImports", std::move(imports)},
          {"differences", std::move(groups)}};
}

}  // namespace tandem::cli
