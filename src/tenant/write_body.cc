// SPDX-License-Identifier: Apache-2.0
#include "tenant/write_body.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::tenant {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kAddedByUs = 12;  // shadows and computed names, at most

bool isAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x1f && c < 0x7f; });
}

bool isLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isLetter(char c) {
  return isLetterOrDigit(c) && (c < '0' || c > '9');
}

bool isValidMail(std::string_view mail) {
  const std::size_t at = mail.find('@');
  return isAscii(mail) && at != std::string_view::npos && at > 0 && at + 1 < mail.size() &&
         mail.find('@', at + 1) == std::string_view::npos &&
         mail.find(' ') == std::string_view::npos;
}

bool isValidNickname(Kind kind, std::string_view nickname) {
  if (nickname.starts_with('.')) return false;
  constexpr std::string_view kNotInGroups = "@()\\[]\";:<>, ";
  return kind != Kind::kGroup ||
         (isAscii(nickname) && nickname.find_first_of(kNotInGroups) == std::string_view::npos);
}

bool isValidText(Kind kind, Property property, std::string_view text) {
  if (property == Property::kUsageLocation) {
    return text.size() == 2 && isLetter(text[0]) && isLetter(text[1]);
  }
  if (property == Property::kMail) return isValidMail(text);
  if (property == Property::kMailNickname) return isValidNickname(kind, text);
  if (property == Property::kOnPremisesImmutableId) {
    return text.find_first_of("$_") == std::string_view::npos;
  }
  if (property == Property::kUserType) {
    return equalsIgnoreCaseAscii(text, "Member") || equalsIgnoreCaseAscii(text, "Guest");
  }
  return property != Property::kOtherMails || isAscii(text);
}

Refusal checkText(Kind kind, const PropertyRow& row, std::string_view text) {
  // Graph takes null for "no value" and refuses an empty text.
  if (text.empty()) return invalidValue(kind, row.name);
  if (row.max_length != 0 && countCharacters(text) > row.max_length) return invalidLength(row.name);
  if (!isValidText(kind, row.property, text)) return invalidValue(kind, row.name);
  return std::nullopt;
}

Refusal readText(Kind kind, const PropertyRow& row, const dom::element& json, WriteBody& body) {
  std::string_view text;
  if (json.get_string().get(text) != simdjson::SUCCESS) return wrongType(row.name, "Edm.String");
  if (auto bad = checkText(kind, row, text)) return bad;
  body.changes.push_back({row.property, Value(std::string(text))});
  return std::nullopt;
}

Refusal readTexts(Kind kind, const PropertyRow& row, const dom::element& json, WriteBody& body) {
  dom::array array;
  if (json.get_array().get(array) != simdjson::SUCCESS) {
    return wrongType(row.name, "Collection(Edm.String)");
  }
  std::vector<std::string> texts;
  for (const dom::element& one : array) {
    std::string_view text;
    if (one.get_string().get(text) != simdjson::SUCCESS) return wrongType(row.name, "Edm.String");
    if (auto bad = checkText(kind, row, text)) return bad;
    texts.emplace_back(text);
  }
  if (row.property == Property::kBusinessPhones && texts.size() > 1) {
    return invalidValue(kind, row.name);
  }
  if (row.property == Property::kOtherMails && texts.size() > 250) return invalidLength(row.name);
  if (texts.empty()) {
    body.clear(row.property);
  } else {
    body.changes.push_back({row.property, Value(std::move(texts))});
  }
  return std::nullopt;
}

Refusal readExtensionAttributes(Kind kind, const dom::element& json, WriteBody& body) {
  dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) {
    return wrongType("onPremisesExtensionAttributes", "graph.onPremisesExtensionAttributes");
  }
  for (const auto& [name, value] : object) {
    if (name.starts_with("@odata.")) continue;
    const auto property = findExtensionAttribute(name);
    if (!property) return invalidProperty(name);
    if (value.is_null()) {
      body.clear(*property);
    } else if (auto bad = readText(kind, rowOf(*property), value, body)) {
      return bad;
    }
  }
  return std::nullopt;
}

// The password itself is not kept: nobody signs in here.
Refusal readPassword(Kind kind, const dom::element& json, WriteBody& body) {
  dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) {
    return wrongType("passwordProfile", "graph.passwordProfile");
  }
  std::string_view password;
  if (object["password"].get_string().get(password) == simdjson::SUCCESS) {
    if (password.empty() || countCharacters(password) > 256) {
      return invalidValue(kind, "passwordProfile");
    }
    body.has_password = true;
  }
  return std::nullopt;
}

Refusal readNull(Kind kind, const PropertyRow& row, WriteBody& body) {
  if ((row.flags & kNotNull) != 0) return invalidValue(kind, row.name);
  if (row.property == Property::kOnPremisesExtensionAttributes) {
    for (int i = 0; i < 15; ++i) {
      const auto number = static_cast<int>(Property::kExtensionAttribute1) + i;
      body.clear(static_cast<Property>(number));
    }
    return std::nullopt;
  }
  body.clear(row.property);
  return std::nullopt;
}

Refusal readProperty(Kind kind, const PropertyRow& row, const dom::element& json, WriteBody& body) {
  if ((row.flags & kReadOnly) != 0) return readOnlyProperty(row.name);
  if (json.is_null()) return readNull(kind, row, body);
  if (row.property == Property::kOnPremisesExtensionAttributes) {
    return readExtensionAttributes(kind, json, body);
  }
  if (row.property == Property::kPasswordProfile) return readPassword(kind, json, body);
  switch (row.type) {
    case PropertyType::kString:
      return readText(kind, row, json, body);
    case PropertyType::kStrings:
      return readTexts(kind, row, json, body);
    case PropertyType::kBool: {
      bool flag = false;
      if (json.get_bool().get(flag) != simdjson::SUCCESS) return wrongType(row.name, "Edm.Boolean");
      body.changes.push_back({row.property, Value(flag)});
      return std::nullopt;
    }
    case PropertyType::kJson:
      body.changes.push_back({row.property, Value(std::string(simdjson::minify(json)))});
      return std::nullopt;
  }
  return std::nullopt;
}

Refusal readRefs(std::string_view name,
                 const dom::element& json,
                 std::vector<std::string>& references) {
  dom::array array;
  if (json.get_array().get(array) != simdjson::SUCCESS) {
    return wrongType(name, "Collection(Edm.String)");
  }
  for (const dom::element& one : array) {
    std::string_view text;
    if (one.get_string().get(text) != simdjson::SUCCESS) return wrongType(name, "Edm.String");
    references.emplace_back(text);
  }
  return std::nullopt;
}

Refusal readBind(std::string_view name, const dom::element& json, WriteBody& body) {
  if (equalsIgnoreCaseAscii(name, "members@odata.bind")) {
    return readRefs(name, json, body.member_refs);
  }
  if (equalsIgnoreCaseAscii(name, "owners@odata.bind")) {
    return readRefs(name, json, body.owner_refs);
  }
  if (equalsIgnoreCaseAscii(name, "manager@odata.bind")) {
    std::string_view text;
    if (json.get_string().get(text) != simdjson::SUCCESS) return wrongType(name, "Edm.String");
    body.manager_ref = std::string(text);
    return std::nullopt;
  }
  // Annotations of the body itself say nothing that would be stored.
  if (name.starts_with("@odata.") || name.ends_with("@odata.type")) return std::nullopt;
  return invalidProperty(name);
}

}  // namespace

std::size_t countCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

bool isUpnCharacter(char c) {
  constexpr std::string_view kAllowed = "'.-_!#^~";
  return isLetterOrDigit(c) || kAllowed.find(c) != std::string_view::npos;
}

bool isValidUpn(std::string_view upn) {
  const std::size_t at = upn.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const std::string_view local = upn.substr(0, at);
  const std::string_view domain = upn.substr(at + 1);
  if (domain.empty() || domain.size() > 48) return false;
  if (local.back() == '.' || local.back() == '&' || local.back() == ' ') return false;
  return std::all_of(local.begin(), local.end(), isUpnCharacter) &&
         std::all_of(domain.begin(), domain.end(), [](char c) {
           return isLetterOrDigit(c) || c == '.' || c == '-';
         });
}

const PropertyChange* WriteBody::find(Property property) const {
  for (const auto& change : changes) {
    if (change.property == property) return &change;
  }
  return nullptr;
}

bool WriteBody::sets(Property property) const {
  const PropertyChange* change = find(property);
  return change && change->value;
}

std::string_view WriteBody::text(Property property) const {
  const PropertyChange* change = find(property);
  if (!change || !change->value) return {};
  const auto* text = std::get_if<std::string>(&*change->value);
  return text ? std::string_view(*text) : std::string_view();
}

bool WriteBody::flag(Property property) const {
  const PropertyChange* change = find(property);
  const bool* flag = change && change->value ? std::get_if<bool>(&*change->value) : nullptr;
  return flag && *flag;
}

void WriteBody::set(Property property, std::optional<Value> value) {
  for (auto& change : changes) {
    if (change.property == property) {
      change.value = std::move(value);
      return;
    }
  }
  changes.push_back({property, std::move(value)});
}

void WriteBody::clear(Property property) {
  changes.emplace_back().property = property;
}

void WriteBody::drop(Property property) {
  std::erase_if(changes, [property](const auto& change) { return change.property == property; });
}

Refusal readWriteBody(Kind kind, const dom::element& json, WriteBody& body) {
  dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) {
    return badRequest("The body must be a JSON object.");
  }
  body.changes.reserve(object.size() + kAddedByUs);
  for (const auto& [name, value] : object) {
    if (name.find('@') != std::string_view::npos) {
      if (auto bad = readBind(name, value, body)) return bad;
      continue;
    }
    const auto property = findProperty(kind, name);
    if (!property) return invalidProperty(name);
    if (body.find(*property)) return invalidValue(kind, rowOf(*property).name);
    if (auto bad = readProperty(kind, rowOf(*property), value, body)) return bad;
  }
  return std::nullopt;
}

}  // namespace tandem::tenant
