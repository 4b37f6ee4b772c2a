// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/loose_object.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"

namespace tandem::policy::entra {

using Kind = JsonNode::Kind;

LooseObject::LooseObject(const JsonNode& node, std::string_view file, Problems& problems)
    : node_(node), file_(file), problems_(problems) {}

const JsonNode* LooseObject::find(std::initializer_list<std::string_view> names) {
  const JsonNode* found = nullptr;
  for (const std::string_view name : names) {
    asked_.push_back(name);
    for (const JsonMember& member : node_.members) {
      if (found == nullptr && equalsIgnoreCaseAscii(member.name, name)) found = &member.value;
    }
  }
  return found == nullptr || found->kind == Kind::kNull ? nullptr : found;
}

std::string LooseObject::text(std::initializer_list<std::string_view> names) {
  const JsonNode* const found = find(names);
  return found == nullptr ? std::string() : scalarText(*found);
}

void LooseObject::ignore(std::initializer_list<std::string_view> names) {
  asked_.insert(asked_.end(), names.begin(), names.end());
}

void LooseObject::reportUnknown() const {
  for (const JsonMember& member : node_.members) {
    const bool known = std::any_of(asked_.begin(), asked_.end(), [&](std::string_view name) {
      return equalsIgnoreCaseAscii(name, member.name);
    });
    if (known) continue;
    problems_.push_back(
        {Problem::Severity::kWarning,
         fmt::format("{}:{}:{}", file_, member.at.line, member.at.column),
         fmt::format("the key \"{}\" is not known here; it has no effect", member.name)});
  }
}

std::string LooseObject::whereOf(const JsonNode& node) const {
  return fmt::format("{}:{}:{}", file_, node.at.line, node.at.column);
}

std::string scalarText(const JsonNode& node) {
  if (node.kind == Kind::kBoolean) return node.boolean ? "True" : "False";
  return node.kind == Kind::kString || node.kind == Kind::kNumber ? node.text : std::string();
}

std::vector<const JsonNode*> elementsOf(const JsonNode* node) {
  std::vector<const JsonNode*> elements;
  if (node == nullptr || node->kind == Kind::kNull) return elements;
  if (node->kind != Kind::kArray) return {node};
  for (const JsonNode& item : node->items)
    elements.push_back(&item);
  return elements;
}

std::vector<std::string> textsOf(const JsonNode* node) {
  std::vector<std::string> texts;
  for (const JsonNode* const element : elementsOf(node))
    texts.push_back(scalarText(*element));
  return texts;
}

}  // namespace tandem::policy::entra
