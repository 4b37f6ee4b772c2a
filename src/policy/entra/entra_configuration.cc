// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/entra_configuration.h"

#include <tuple>

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "directory/guid.h"
#include "rules/rule_json.h"

namespace tandem::policy::entra {
namespace {

constexpr std::string_view kNoGuid = "00000000-0000-0000-0000-000000000000";

auto contentOf(const EntraConnector& connector) {
  return std::tie(connector.id,
                  connector.name,
                  connector.kind,
                  connector.category,
                  connector.subtype,
                  connector.description,
                  connector.forest_name,
                  connector.login_domain,
                  connector.login_user,
                  connector.ssl_bind,
                  connector.password_hash_sync,
                  connector.attributes,
                  connector.partitions,
                  connector.parameters,
                  connector.run_profiles,
                  connector.schema);
}

auto aroundBody(const EntraRule& rule) {
  return std::tie(rule.internal_id,
                  rule.version,
                  rule.precedence_after,
                  rule.precedence_before,
                  rule.soft_delete_expiry,
                  rule.sources,
                  rule.is_reference);
}

}  // namespace

std::string_view describe(Format format) {
  switch (format) {
    case Format::kFolder:
      return "a server configuration folder";
    case Format::kSettingsJson:
      return "a settings file of the wizard";
    case Format::kRuleScript:
      return "a rule script";
    case Format::kObjectForm:
      return "rules as objects";
    case Format::kPolicy:
      return "a policy";
  }
  return {};
}

bool operator==(const EntraConnector& a, const EntraConnector& b) {
  return contentOf(a) == contentOf(b);
}

bool sameRule(const EntraRule& a, const EntraRule& b) {
  return aroundBody(a) == aroundBody(b) && rules::toJson(a.body) == rules::toJson(b.body);
}

const EntraConnector* EntraConfiguration::findConnector(std::string_view id) const {
  for (const EntraConnector& connector : connectors) {
    if (connector.id == id) return &connector;
  }
  return nullptr;
}

const std::string* EntraConfiguration::setting(std::string_view name) const {
  for (const Parameter& parameter : settings) {
    if (equalsIgnoreCaseAscii(parameter.name, name)) return &parameter.value;
  }
  return nullptr;
}

std::optional<std::string> normalGuid(std::string_view text) {
  const auto guid = directory::Guid::parseBigEndian(trimAscii(text));
  if (!guid) return std::nullopt;
  std::string normal = guid->toBigEndianText();
  if (normal == kNoGuid) normal.clear();
  return normal;
}

std::string guidFor(const std::string& id) {
  if (auto guid = normalGuid(id); guid && !guid->empty()) return *std::move(guid);
  std::string bytes = hash128(id).bytes();
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x80);  // RFC 9562, version 8
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  return directory::Guid::fromBytes(bytes).value().toBigEndianText();
}

}  // namespace tandem::policy::entra
