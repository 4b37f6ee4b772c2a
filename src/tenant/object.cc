// SPDX-License-Identifier: Apache-2.0
#include "tenant/object.h"

#include <algorithm>

#include "base/bytes.h"

namespace tandem::tenant {
namespace {

constexpr std::uint64_t kRecordVersion = 1;

void appendText(std::string& out, std::string_view text) {
  appendVarint(out, text.size());
  out += text;
}

std::optional<std::string_view> readText(std::string_view& in) {
  const auto size = readVarint(in);
  if (!size || *size > in.size()) return std::nullopt;
  const std::string_view text = in.substr(0, *size);
  in.remove_prefix(*size);
  return text;
}

void appendValue(std::string& out, const Value& value) {
  out += static_cast<char>(value.index());
  if (const bool* flag = std::get_if<bool>(&value)) out += static_cast<char>(*flag);
  if (const auto* text = std::get_if<std::string>(&value)) appendText(out, *text);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    appendVarint(out, texts->size());
    for (const auto& one : *texts)
      appendText(out, one);
  }
}

std::optional<Value> readTexts(std::string_view& in) {
  const auto count = readVarint(in);
  if (!count || *count > in.size()) return std::nullopt;
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto text = readText(in);
    if (!text) return std::nullopt;
    texts.emplace_back(*text);
  }
  return Value(std::move(texts));
}

std::optional<Value> readValue(std::string_view& in) {
  if (in.size() < 2) return std::nullopt;
  const char type = in[0];
  in.remove_prefix(1);
  if (type == 0) {
    const bool flag = in[0] != 0;
    in.remove_prefix(1);
    return Value(flag);
  }
  if (type == 1) {
    const auto text = readText(in);
    if (!text) return std::nullopt;
    return Value(std::string(*text));
  }
  return type == 2 ? readTexts(in) : std::nullopt;
}

bool readProperties(std::string_view& in, Object& object) {
  const auto count = readVarint(in);
  if (!count || *count > kProperties) return false;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto property = readVarint(in);
    if (!property || *property >= kProperties) return false;
    auto value = readValue(in);
    if (!value) return false;
    object.properties.emplace_back(static_cast<Property>(*property), std::move(*value));
  }
  return true;
}

}  // namespace

const Value* Object::find(Property property) const {
  for (const auto& [name, value] : properties) {
    if (name == property) return &value;
    if (name > property) break;
  }
  return nullptr;
}

std::string_view Object::text(Property property) const {
  const Value* value = find(property);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

bool Object::flag(Property property) const {
  const Value* value = find(property);
  const bool* flag = value ? std::get_if<bool>(value) : nullptr;
  return flag && *flag;
}

const std::vector<std::string>& Object::texts(Property property) const {
  static const std::vector<std::string> kNone;
  const Value* value = find(property);
  const auto* texts = value ? std::get_if<std::vector<std::string>>(value) : nullptr;
  return texts ? *texts : kNone;
}

void Object::set(Property property, std::optional<Value> value) {
  const auto place = std::lower_bound(
      properties.begin(), properties.end(), property, [](const auto& entry, Property wanted) {
        return entry.first < wanted;
      });
  const bool present = place != properties.end() && place->first == property;
  if (!value) {
    if (present) properties.erase(place);
  } else if (present) {
    place->second = std::move(*value);
  } else {
    properties.emplace(place, property, std::move(*value));
  }
}

std::string encodeObject(const Object& object) {
  std::string out;
  out.reserve(512);
  appendVarint(out, kRecordVersion);
  appendText(out, std::string_view(reinterpret_cast<const char*>(&object.id), sizeof object.id));
  out += static_cast<char>(object.kind);
  out += static_cast<char>(object.state);
  appendVarint(out, zigzag(object.created));
  appendVarint(out, zigzag(object.deleted));
  appendVarint(out, object.changed);
  appendVarint(out, object.manager);
  appendVarint(out, object.previous_manager);
  appendVarint(out, object.manager_changed);
  appendVarint(out, object.owners.size());
  for (const ObjectNumber owner : object.owners)
    appendVarint(out, owner);
  appendVarint(out, object.properties.size());
  for (const auto& [property, value] : object.properties) {
    appendVarint(out, static_cast<std::uint64_t>(property));
    appendValue(out, value);
  }
  return out;
}

std::optional<Object> decodeObject(std::string_view bytes) {
  Object object;
  if (readVarint(bytes) != kRecordVersion) return std::nullopt;
  const auto id = readText(bytes);
  if (!id || id->size() != sizeof object.id || bytes.size() < 2) return std::nullopt;
  std::copy(id->begin(), id->end(), reinterpret_cast<char*>(&object.id));
  object.kind = static_cast<Kind>(bytes[0]);
  object.state = static_cast<ObjectState>(bytes[1]);
  bytes.remove_prefix(2);
  std::uint64_t numbers[7];
  for (auto& number : numbers) {
    const auto read = readVarint(bytes);
    if (!read) return std::nullopt;
    number = *read;
  }
  object.created = unzigzag(numbers[0]);
  object.deleted = unzigzag(numbers[1]);
  object.changed = numbers[2];
  object.manager = static_cast<ObjectNumber>(numbers[3]);
  object.previous_manager = static_cast<ObjectNumber>(numbers[4]);
  object.manager_changed = numbers[5];
  for (std::uint64_t i = 0; i < numbers[6]; ++i) {
    const auto owner = readVarint(bytes);
    if (!owner) return std::nullopt;
    object.owners.push_back(static_cast<ObjectNumber>(*owner));
  }
  if (!readProperties(bytes, object)) return std::nullopt;
  return object;
}

}  // namespace tandem::tenant
