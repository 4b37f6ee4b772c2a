// SPDX-License-Identifier: Apache-2.0
#include "run/connector_facts.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "policy/shipped_facts.h"

namespace tandem::run {
namespace {

using directory::AttributeDefinition;

std::string settingName(directory::ConnectorId connector) {
  return fmt::format("facts:{}", connector.raw());
}

}  // namespace

bool operator==(const ConnectorFacts& a, const ConnectorFacts& b) {
  if (a.parameters != b.parameters) return false;
  // The remembered schema may be completed already: only what both define is compared.
  for (const AttributeDefinition& mine : a.schema.definitions()) {
    const AttributeDefinition* theirs = b.schema.find(mine.id);
    if (theirs != nullptr && (theirs->type != mine.type || theirs->multi != mine.multi))
      return false;
  }
  for (const AttributeDefinition& theirs : b.schema.definitions()) {
    if (a.schema.find(theirs.id) == nullptr) return false;
  }
  return true;
}

std::optional<ConnectorFacts> rememberedFacts(store::Store& store,
                                              directory::ConnectorId connector) {
  const std::optional<std::string> text = store.setting(settingName(connector));
  if (!text) return std::nullopt;
  const nlohmann::json json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  ConnectorFacts facts;
  // Named: a range-for over items() of a temporary would outlive it.
  const nlohmann::json parameters = json.value("parameters", nlohmann::json::object());
  for (const auto& [name, value] : parameters.items()) {
    if (value.is_string()) facts.parameters[name] = value.get<std::string>();
  }
  const nlohmann::json schema = json.value("schema", nlohmann::json::object());
  for (const auto& [name, value] : schema.items()) {
    if (!value.is_number_integer()) return std::nullopt;
    const int code = value.get<int>();
    facts.schema.define(store.names().attributes().intern(name),
                        static_cast<directory::ValueType>(code & 0x7F),
                        (code & 0x80) != 0);
  }
  return facts;
}

Result<void> rememberFacts(store::Store& store,
                           directory::ConnectorId connector,
                           const ConnectorFacts& facts) {
  nlohmann::json json;
  json["parameters"] = facts.parameters;
  nlohmann::json& schema = json["schema"] = nlohmann::json::object();
  for (const AttributeDefinition& definition : facts.schema.definitions()) {
    schema[store.names().attributes().name(definition.id)] =
        static_cast<int>(definition.type) | (definition.multi ? 0x80 : 0);
  }
  const std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (store.setting(settingName(connector)) == text) return {};
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  store.setSetting(settingName(connector), text);
  return transaction.commit();
}

void completeSchema(const policy::ConnectorPolicy& policy,
                    directory::AttributeTable& attributes,
                    directory::Schema& schema) {
  const directory::Schema shipped = policy::shippedSchema(policy, attributes);
  for (const AttributeDefinition& definition : shipped.definitions()) {
    if (schema.find(definition.id) == nullptr)
      schema.define(definition.id, definition.type, definition.multi);
  }
}

}  // namespace tandem::run
