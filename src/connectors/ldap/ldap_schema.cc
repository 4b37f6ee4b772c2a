// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/ldap_schema.h"

#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/entry/known_attributes.h"
#include "connectors/ldap/paged_search.h"

namespace tandem::connectors::ldap {
namespace {

using directory::ValueType;

// [MS-ADTS] 3.1.1.2.2.2: attributeSyntax of Active Directory.
ValueType typeOfActiveDirectorySyntax(std::string_view syntax) {
  if (syntax == "2.5.5.1") return ValueType::kReference;
  if (syntax == "2.5.5.8") return ValueType::kBoolean;
  if (syntax == "2.5.5.9" || syntax == "2.5.5.16") return ValueType::kInteger;
  if (syntax == "2.5.5.10" || syntax == "2.5.5.15" || syntax == "2.5.5.17") {
    return ValueType::kBinary;
  }
  return ValueType::kString;
}

// RFC 4517, section 3.3.
ValueType typeOfSyntax(std::string_view syntax) {
  constexpr std::string_view kPrefix = "1.3.6.1.4.1.1466.115.121.1.";
  if (!syntax.starts_with(kPrefix)) return ValueType::kString;
  const std::string_view number = syntax.substr(kPrefix.size());
  if (number == "12" || number == "34") return ValueType::kReference;
  if (number == "7") return ValueType::kBoolean;
  if (number == "27") return ValueType::kInteger;
  for (const std::string_view binary : {"5", "8", "9", "10", "28", "40", "4", "49"}) {
    if (number == binary) return ValueType::kBinary;
  }
  return ValueType::kString;
}

std::string_view textOf(const berval& value) {
  return {value.bv_val, value.bv_len};
}

Result<void> readActiveDirectorySchema(Session& session,
                                       const RootDse& root,
                                       directory::AttributeTable& attributes,
                                       directory::Schema& schema) {
  SearchRequest request;
  request.base = root.schema_context;
  request.scope = LDAP_SCOPE_ONELEVEL;
  request.filter = "(objectClass=attributeSchema)";
  request.attributes = {"lDAPDisplayName", "attributeSyntax", "isSingleValued"};
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& entry) -> Result<void> {
    std::string name;
    std::string syntax;
    bool single = false;
    EntryCursor::Attribute attribute;
    while (entry.next(attribute)) {
      if (attribute.values == nullptr || attribute.values->bv_val == nullptr) continue;
      const std::string_view value = textOf(*attribute.values);
      if (equalsIgnoreCaseAscii(attribute.name, "lDAPDisplayName")) name = value;
      if (equalsIgnoreCaseAscii(attribute.name, "attributeSyntax")) syntax = value;
      if (equalsIgnoreCaseAscii(attribute.name, "isSingleValued")) single = value == "TRUE";
    }
    // What is built in is typed as people use it (distinguishedName is text, not a reference).
    if (!name.empty() && !entry::findKnownAttribute(name)) {
      schema.define(attributes.intern(name), typeOfActiveDirectorySyntax(syntax), !single);
    }
    return {};
  };
  TRY(pagedSearch(session, request, session.settings().page_size, handler));
  return {};
}

void defineAttributeTypes(const std::vector<AttributeTypeText>& types,
                          directory::AttributeTable& attributes,
                          directory::Schema& schema) {
  std::map<std::string, const AttributeTypeText*> by_name;
  for (const AttributeTypeText& type : types)
    for (const std::string& name : type.names)
      by_name[toLowerAscii(name)] = &type;
  constexpr int kDeepest = 16;  // of SUP chains; a loop ends here
  for (const AttributeTypeText& type : types) {
    std::string syntax = type.syntax;
    const AttributeTypeText* at = &type;
    for (int depth = 0; syntax.empty() && !at->superior.empty() && depth < kDeepest; ++depth) {
      const auto superior = by_name.find(toLowerAscii(at->superior));
      if (superior == by_name.end()) break;
      at = superior->second;
      syntax = at->syntax;
    }
    for (const std::string& name : type.names) {
      if (entry::findKnownAttribute(name)) continue;  // see known_attributes.h
      schema.define(attributes.intern(name), typeOfSyntax(syntax), !type.single);
    }
  }
}

Result<void> readSubschema(Session& session,
                           const RootDse& root,
                           directory::AttributeTable& attributes,
                           directory::Schema& schema) {
  SearchRequest request;
  request.base = root.subschema_entry;
  request.scope = LDAP_SCOPE_BASE;
  request.filter = "(objectClass=subschema)";
  request.attributes = {"attributeTypes"};
  std::vector<AttributeTypeText> types;
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& entry) -> Result<void> {
    EntryCursor::Attribute attribute;
    while (entry.next(attribute)) {
      for (const berval* v = attribute.values; v != nullptr && v->bv_val != nullptr; ++v) {
        if (auto type = parseAttributeType(textOf(*v))) types.push_back(*std::move(type));
      }
    }
    return {};
  };
  TRY(session.searchOk(request, handler));
  defineAttributeTypes(types, attributes, schema);
  return {};
}

// Words, quoted strings and parentheses of a description.
std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '$') {
      ++i;
    } else if (c == '(' || c == ')') {
      result.emplace_back(1, c);
      ++i;
    } else if (c == '\'') {
      const std::size_t end = text.find('\'', i + 1);
      if (end == std::string_view::npos) return result;
      result.emplace_back(text.substr(i + 1, end - i - 1));
      i = end + 1;
    } else {
      const std::size_t end = text.find_first_of(" ()'", i);
      result.emplace_back(text.substr(i, end == std::string_view::npos ? end : end - i));
      i = end == std::string_view::npos ? text.size() : end;
    }
  }
  return result;
}

}  // namespace

std::optional<AttributeTypeText> parseAttributeType(std::string_view text) {
  const std::vector<std::string> words = tokens(text);
  if (words.size() < 3 || words[0] != "(") return std::nullopt;
  AttributeTypeText type;
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "NAME" && i + 1 < words.size()) {
      if (words[i + 1] != "(") {
        type.names.push_back(words[++i]);
        continue;
      }
      for (i += 2; i < words.size() && words[i] != ")"; ++i)
        type.names.push_back(words[i]);
    } else if (words[i] == "DESC" && i + 1 < words.size()) {
      ++i;  // free text must not be taken for keywords
    } else if (words[i] == "SUP" && i + 1 < words.size()) {
      type.superior = words[++i];
    } else if (words[i] == "SYNTAX" && i + 1 < words.size()) {
      ++i;
      type.syntax = words[i].substr(0, words[i].find('{'));
    } else if (words[i] == "SINGLE-VALUE") {
      type.single = true;
    }
  }
  if (type.names.empty()) return std::nullopt;
  return type;
}

Result<directory::Schema> readSchema(Session& session,
                                     const RootDse& root,
                                     directory::AttributeTable& attributes) {
  directory::Schema schema = entry::knownSchema(attributes);
  if (root.is_active_directory) {
    TRY_DOING(readActiveDirectorySchema(session, root, attributes, schema), "reading the schema");
  } else if (!root.subschema_entry.empty()) {
    TRY_DOING(readSubschema(session, root, attributes, schema), "reading the schema");
  }
  return schema;
}

}  // namespace tandem::connectors::ldap
