// SPDX-License-Identifier: Apache-2.0
//
// What an export of an Entra Connect server says, whatever its format, as plain values. Readers
// fill it, writers and convert() take it. docs/internals/entra.md says which format holds what.
//
// What a format holds and this does not stays in `original`: a writer of the same format gives an
// unchanged part back as it was read.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/entra/xml_document.h"
#include "policy/json_document.h"
#include "policy/policy_document.h"
#include "rules/sync_rule.h"

namespace tandem::policy::entra {

enum class Format : std::uint8_t {
  kFolder,        // Get-ADSyncServerConfiguration
  kSettingsJson,  // Exported-, Applied- and MigratedPolicy JSON of the wizard
  kRuleScript,    // the rule editor's Export
  kObjectForm,    // Get-ADSyncRule as JSON or YAML
  kPolicy,        // policy.json
};
inline constexpr std::array kFormats{Word{"folder", Format::kFolder},
                                     Word{"settings", Format::kSettingsJson},
                                     Word{"script", Format::kRuleScript},
                                     Word{"objects", Format::kObjectForm},
                                     Word{"policy", Format::kPolicy}};
std::string_view describe(Format format);  // "a server configuration folder"

// Every server has the Entra connector under this id.
inline constexpr std::string_view kEntraConnectorId = "b891884f-051e-4a83-95af-2544101c9083";

struct Parameter {
  std::string name;
  std::string value;  // empty for an encrypted one: no export holds it
  std::string type = "string";
  std::string use;
  std::string data_type = "String";
  bool encrypted = false;
  bool intrinsic = false;  // the server computes it

  friend bool operator==(const Parameter&, const Parameter&) = default;
};

struct AttributeType {  // of a schema
  std::string name;
  std::string syntax;  // LDAP syntax OID
  bool single_value = false;

  friend bool operator==(const AttributeType&, const AttributeType&) = default;
};

struct EntraPartition {
  std::string id;
  std::string name;  // DN; "default" for the tenant
  std::string display_name;
  bool selected = true;
  std::vector<std::string> object_classes;
  std::vector<std::string> exclusions;
  std::vector<std::string> inclusions;
  std::vector<Parameter> parameters;

  friend bool operator==(const EntraPartition&, const EntraPartition&) = default;
};

struct EntraRunStep {
  std::string type;     // "full-import", "delta-import", "apply-rules", "export"
  std::string subtype;  // "to-cs", "apply-pending", "reevaluate-flow-connectors"
  std::string partition;
  std::string batch_size;

  friend bool operator==(const EntraRunStep&, const EntraRunStep&) = default;
};

struct EntraRunProfile {
  std::string id;
  std::string name;
  std::vector<EntraRunStep> steps;

  friend bool operator==(const EntraRunProfile&, const EntraRunProfile&) = default;
};

enum class EntraConnectorKind : std::uint8_t {
  kActiveDirectory,
  kEntra,
  kOther  // generic LDAP, SQL, …
};

struct EntraConnector {
  std::string id;  // normal form: lower case, no braces
  std::string name;
  EntraConnectorKind kind = EntraConnectorKind::kActiveDirectory;
  std::string category;
  std::string subtype;
  std::string description;
  std::string forest_name;
  std::string login_domain;
  std::string login_user;
  bool ssl_bind = false;
  bool password_hash_sync = false;
  std::vector<std::string> attributes;  // selected; others are never read
  std::vector<EntraPartition> partitions;
  std::vector<Parameter> parameters;
  std::vector<EntraRunProfile> run_profiles;
  std::vector<AttributeType> schema;
  std::string where;  // "Connector_{…}.xml:3:1"

  // Lines are places, not content.
  friend bool operator==(const EntraConnector& a, const EntraConnector& b);
};

struct EntraRule {
  rules::SyncRule body;     // `connector` is a connector's id in normal form
  std::string internal_id;  // normal form, as all ids here; empty: the same as body.id
  std::int64_t version = 1;
  std::string precedence_after;  // the rule that this one was put behind; empty: none
  std::string precedence_before;
  std::string soft_delete_expiry = "00:00:00";
  // For each mapping the attributes that it reads; for constants none.
  std::vector<std::vector<std::string>> sources;
  // The format names a standard rule and leaves its content to the importing release.
  bool is_reference = false;
  std::optional<XmlElement> original;

  bool isStandard() const { return !body.immutable_tag.empty(); }
};

// Whether two say the same, place and `original` aside.
bool sameRule(const EntraRule& a, const EntraRule& b);

// Who exported it, where and when. Says nothing about how the server works.
struct EntraMetadata {
  std::string type;
  std::string author;
  std::string host;
  std::string exported_at;
  std::string version;  // of Entra Connect

  friend bool operator==(const EntraMetadata&, const EntraMetadata&) = default;
};

struct OriginalFile {
  std::string name;  // "Connector_{…}.xml"
  XmlElement root;
};

struct EntraConfiguration {
  Format format = Format::kFolder;
  std::string source;  // the file or folder it was read from
  EntraMetadata metadata;
  bool has_connectors = false;  // scripts and object forms hold rules alone
  bool has_settings = false;
  std::vector<EntraConnector> connectors;
  std::vector<Parameter> settings;              // Microsoft.Synchronize.StagingMode, …
  std::vector<AttributeType> metaverse_schema;  // empty: the format has none
  std::vector<EntraRule> rules;                 // by precedence
  std::vector<OriginalFile> connector_files;    // parallel to connectors, from a folder
  std::optional<OriginalFile> settings_file;    // MV.xml
  std::optional<JsonNode> settings_json;        // the whole of a settings JSON

  const EntraConnector* findConnector(std::string_view id) const;
  // The value of a global setting; nullptr when the export does not have it.
  const std::string* setting(std::string_view name) const;
};

// "{AE4DB4CC-…}" → "ae4db4cc-…". The zero GUID means "none" in exports and becomes "". nullopt: no
// GUID at all.
std::optional<std::string> normalGuid(std::string_view text);
// Of a GUID itself, of any other text one of its own, the same every time.
std::string guidFor(const std::string& id);

}  // namespace tandem::policy::entra
