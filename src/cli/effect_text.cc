// SPDX-License-Identifier: Apache-2.0
#include "cli/effect_text.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/format.h"

namespace tandem::cli {

using run::AttributeEffect;
using run::EffectGroup;
using run::TypeEffect;
using Json = nlohmann::ordered_json;

namespace {

struct GroupWord {
  EffectGroup TypeEffect::*group;
  const char* one;   // "1 user would be deleted"
  const char* many;  // "4 users would be deleted"
  const char* key;   // in JSON
};

// The gravest first.
constexpr GroupWord kGroups[] = {
    {&TypeEffect::deleted, "is deleted", "are deleted", "deleted"},
    {&TypeEffect::leaving, "leaves the scope", "leave the scope", "leaving"},
    {&TypeEffect::disconnected,
     "stays and is left alone from then on",
     "stay and are left alone from then on",
     "disconnected"},
    {&TypeEffect::not_added, "is not added after all", "are not added after all", "notAdded"},
    {&TypeEffect::not_deleted,
     "is not deleted after all",
     "are not deleted after all",
     "notDeleted"},
    {&TypeEffect::entering, "enters the scope", "enter the scope", "entering"},
    {&TypeEffect::added, "is added", "are added", "added"},
    {&TypeEffect::joined,
     "is there already and is taken over",
     "are there already and are taken over",
     "joined"},
};

std::string examplesOf(const EffectGroup& group) {
  std::string text;
  for (const EffectGroup::Example& example : group.examples)
    text += (text.empty() ? "" : ", ") + example.name;
  const auto left = group.count - static_cast<std::int64_t>(group.examples.size());
  if (left > 0) text += fmt::format(" and {} more", formatCount(left));
  return text;
}

class Lines {
 public:
  explicit Lines(std::size_t width) : width_(width) {}
  void head(const std::string& text) {
    text_ += (text_.empty() ? "" : "\n") + wrap(text, width_, "") + "\n";
  }
  void group(const EffectGroup& group, const std::string& what, const std::string& more = {}) {
    if (group.count == 0) return;
    text_ +=
        wrapHanging(
            "  ",
            fmt::format("{} {}{}: {}", formatCount(group.count), what, more, examplesOf(group)),
            width_,
            "    ") +
        "\n";
  }
  void line(const std::string& first, const std::string& text) {
    text_ += wrapHanging(first, text, width_, "  ") + "\n";
  }
  std::string take() { return std::move(text_); }

 private:
  std::size_t width_;
  std::string text_;
};

const char* word(const EffectGroup& group, const char* one, const char* many) {
  return group.count == 1 ? one : many;
}

void addAttribute(Lines& lines, const AttributeEffect& effect) {
  const std::string& name = effect.attribute;
  lines.group(effect.loses, fmt::format("{} {}", word(effect.loses, "loses", "lose"), name));
  lines.group(effect.gains, fmt::format("{} {}", word(effect.gains, "gains", "gain"), name));
  const bool has_references = effect.references_added + effect.references_removed > 0;
  lines.group(effect.changes,
              fmt::format("{} {}", word(effect.changes, "changes", "change"), name),
              has_references ? fmt::format(" ({} references added, {} removed)",
                                           formatCount(effect.references_added),
                                           formatCount(effect.references_removed))
                             : std::string());
}

Json groupJson(const EffectGroup& group) {
  Json examples = Json::array();
  for (const EffectGroup::Example& example : group.examples) {
    examples.push_back(
        {{"object", example.object.raw() == 0 ? Json(nullptr) : Json(example.object.raw())},
         {"name", example.name}});
  }
  return {{"count", group.count}, {"examples", std::move(examples)}};
}

Json typeJson(const TypeEffect& effect) {
  Json json{{"connector", effect.connector}, {"type", effect.type}};
  for (const GroupWord& group : kGroups)
    json[group.key] = groupJson(effect.*group.group);
  json["changed"] = groupJson(effect.changed);
  json["attributes"] = Json::array();
  for (const AttributeEffect& one : effect.attributes) {
    json["attributes"].push_back({{"attribute", one.attribute},
                                  {"loses", groupJson(one.loses)},
                                  {"gains", groupJson(one.gains)},
                                  {"changes", groupJson(one.changes)},
                                  {"referencesAdded", one.references_added},
                                  {"referencesRemoved", one.references_removed}});
  }
  return json;
}

}  // namespace

std::string effectText(const run::PolicyEffect& effect, std::size_t width) {
  Lines lines(width);
  if (effect.isEmpty()) {
    lines.head(fmt::format("Nothing would change: of {} objects each stays as it is.",
                           formatCount(effect.objects)));
  }
  for (const TypeEffect& type : effect.types) {
    const std::string changed =
        type.changed.count == 0 ? "" : fmt::format(", {} changed", formatCount(type.changed.count));
    lines.head(fmt::format("{}, objects of type {}{}:", type.connector, type.type, changed));
    for (const GroupWord& group : kGroups) {
      const EffectGroup& one = type.*group.group;
      lines.group(one, word(one, group.one, group.many));
    }
    for (const AttributeEffect& attribute : type.attributes)
      addAttribute(lines, attribute);
  }
  if (effect.failing.count > 0) {
    lines.head("Errors that they do not have now:");
    lines.group(effect.failing, word(effect.failing, "object fails", "objects fail"));
    for (const std::string& failure : effect.failures)
      lines.line("  - ", failure);
  }
  for (const std::string& stop : effect.stopped)
    lines.line("\nThe export would be stopped: ", stop);
  for (const std::string& note : effect.notes)
    lines.line("\nNote: ", note + ".");
  return lines.take();
}

Json effectJson(const run::PolicyEffect& effect) {
  Json types = Json::array();
  for (const TypeEffect& type : effect.types)
    types.push_back(typeJson(type));
  return {{"objects", effect.objects},
          {"types", std::move(types)},
          {"failing", groupJson(effect.failing)},
          {"failures", effect.failures},
          {"stopped", effect.stopped},
          {"notes", effect.notes}};
}

}  // namespace tandem::cli
