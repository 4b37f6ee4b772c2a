// SPDX-License-Identifier: Apache-2.0
//
// The policy: the settings that two servers share, as plain values. docs/reference/policy.md shows
// its JSON; the defaults here are the defaults there. It never holds a secret, only secrets' names.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/json_document.h"
#include "policy/scheduler.h"
#include "rules/sync_rule.h"

namespace tandem::policy {

// An enumerator and the word for it in JSON. Reader, writer and schema test share these tables.
template <class E>
struct Word {
  std::string_view text;
  E value;
};
template <class E>
Word(std::string_view, E) -> Word<E>;  // clang 14 does not deduce it by itself

enum class ConnectorKind : std::uint8_t {
  kActiveDirectory,
  kOpenLdap,
  kLdif,
  kEntra
};
inline constexpr std::array kConnectorKinds{
    Word{"activeDirectory", ConnectorKind::kActiveDirectory},
    Word{"openLdap", ConnectorKind::kOpenLdap},
    Word{"ldif", ConnectorKind::kLdif},
    Word{"entra", ConnectorKind::kEntra}};

enum class TlsMode : std::uint8_t {
  kLdaps,
  kStartTls,
  kNone
};
inline constexpr std::array kTlsModes{Word{"ldaps", TlsMode::kLdaps},
                                      Word{"startTls", TlsMode::kStartTls},
                                      Word{"none", TlsMode::kNone}};

enum class BindMethod : std::uint8_t {
  kSimple,
  kGssapi
};
inline constexpr std::array kBindMethods{Word{"simple", BindMethod::kSimple},
                                         Word{"gssapi", BindMethod::kGssapi}};

enum class LdifAnchor : std::uint8_t {
  kDirectoryId,  // objectGUID or entryUUID: survives renames
  kDn            // files without either: a rename is then a deletion and an addition
};
inline constexpr std::array kLdifAnchors{Word{"directoryId", LdifAnchor::kDirectoryId},
                                         Word{"dn", LdifAnchor::kDn}};

enum class DeltaMethod : std::uint8_t {
  kAutomatic,   // the best that server and account allow
  kDirSync,     // Active Directory, with "Replicating Directory Changes"
  kUsnChanged,  // Active Directory, without that right
  kSyncRepl,    // OpenLDAP
  kNone         // each import reads everything
};
inline constexpr std::array kDeltaMethods{Word{"automatic", DeltaMethod::kAutomatic},
                                          Word{"dirSync", DeltaMethod::kDirSync},
                                          Word{"usnChanged", DeltaMethod::kUsnChanged},
                                          Word{"syncRepl", DeltaMethod::kSyncRepl},
                                          Word{"none", DeltaMethod::kNone}};

enum class EntraProfile : std::uint8_t {
  kGraph,  // what Microsoft Graph lets an application write
  kSync    // more than that; only tandem-tenant grants it
};
inline constexpr std::array kEntraProfiles{Word{"graph", EntraProfile::kGraph},
                                           Word{"sync", EntraProfile::kSync}};

enum class SignInMethod : std::uint8_t {
  kPasswordHashSync,
  kPassThrough,
  kFederationAdfs,
  kFederationPing,
  kNotConfigured
};
inline constexpr std::array kSignInMethods{
    Word{"passwordHashSync", SignInMethod::kPasswordHashSync},
    Word{"passThroughAuthentication", SignInMethod::kPassThrough},
    Word{"federationAdfs", SignInMethod::kFederationAdfs},
    Word{"federationPing", SignInMethod::kFederationPing},
    Word{"notConfigured", SignInMethod::kNotConfigured}};

enum class RunStep : std::uint8_t {
  kFullImport,
  kDeltaImport,
  kFullSynchronization,
  kDeltaSynchronization,
  kExport
};
inline constexpr std::array kRunSteps{Word{"Full Import", RunStep::kFullImport},
                                      Word{"Delta Import", RunStep::kDeltaImport},
                                      Word{"Full Synchronization", RunStep::kFullSynchronization},
                                      Word{"Delta Synchronization", RunStep::kDeltaSynchronization},
                                      Word{"Export", RunStep::kExport}};

template <class E, std::size_t N>
constexpr std::string_view wordFor(const std::array<Word<E>, N>& words, E value) {
  for (const Word<E>& word : words) {
    if (word.value == value) return word.text;
  }
  return {};
}

// Who exported the document, where and when. Shown to whoever imports it; it means nothing else.
struct Exported {
  std::string by;         // the person's account on that server
  std::string host;       // that server's name
  std::string server_id;  // GUID, as in its server.toml
  std::string at;         // "2026-11-22T13:45:00Z"
  std::string version;    // of Tandem
};

struct Identity {
  std::string name;    // of the organisation, for people
  std::string tenant;  // "contoso.onmicrosoft.com"
};

struct SourceAnchor {
  // Empty ("automatic"): mS-DS-ConsistencyGuid, or the object's GUID where that is empty, for
  // Active Directory; entryUUID for OpenLDAP.
  std::string attribute;
};

struct LdapConnection {
  std::string host;             // the name that the certificate and Kerberos must match
  std::string connect_address;  // where to connect; empty: host
  std::uint16_t port = 0;       // 0: 636 for ldaps, else 389
  TlsMode tls = TlsMode::kLdaps;
  bool allow_plain_password = false;  // simple bind without TLS: test networks only
  std::string ca_file;                // PEM; empty: the system's authorities
  BindMethod bind = BindMethod::kSimple;
  std::string account;          // DN or user@domain; for gssapi the principal
  std::string password_secret;  // name of the secret, simple bind
  std::string keytab;           // file, gssapi
  DeltaMethod delta = DeltaMethod::kAutomatic;
  std::uint32_t page_size = 1000;
  std::uint32_t connect_timeout_seconds = 10;
  std::uint32_t timeout_seconds = 120;  // without a single answer
};

enum class DirectorySchema : std::uint8_t {
  kActiveDirectory,
  kOpenLdap
};
inline constexpr std::array kDirectorySchemas{
    Word{"activeDirectory", DirectorySchema::kActiveDirectory},
    Word{"openLdap", DirectorySchema::kOpenLdap}};

struct LdifSource {
  std::string folder;  // every *.ldif in it; relative to the home folder
  DirectorySchema schema = DirectorySchema::kActiveDirectory;  // whose attributes they hold
  LdifAnchor anchor = LdifAnchor::kDirectoryId;
};

struct EntraConnection {
  std::string tenant_id;           // GUID or verified domain
  std::string client_id;           // of the app registration
  std::string client_secret;       // name of the secret; or else:
  std::string certificate_file;    // PEM, for a certificate assertion
  std::string certificate_secret;  // name of the secret that holds its private key
  std::string authority = "https://login.microsoftonline.com";
  std::string graph = "https://graph.microsoft.com/v1.0";
  std::string ca_file;  // PEM; empty: the system's authorities
  EntraProfile profile = EntraProfile::kGraph;
};

// Lists of containers. The most specific one decides; with no list everything is in.
struct Partition {
  std::string dn;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
};

struct ConnectorPolicy {
  std::string name;
  std::string id;  // GUID, lower case: %Connector.ID% in rules
  ConnectorKind kind = ConnectorKind::kActiveDirectory;
  LdapConnection ldap;                        // activeDirectory, openLdap
  LdifSource ldif;                            // ldif
  EntraConnection entra;                      // entra
  std::string netbios_name;                   // %Domain.Netbios%; empty: from the partition's DN
  std::vector<Partition> partitions;          // none: what the directory names; not for entra
  std::vector<std::string> object_types;      // empty: those of the rules
  std::vector<std::string> extra_attributes;  // read although no rule uses them
  Position at;

  bool isSource() const { return kind != ConnectorKind::kEntra; }
};

// Features of the settings that administrators carry from server to server.
struct OptionalFeatures {
  bool password_writeback = false;
  bool group_writeback = false;
  bool device_writeback = false;
  bool user_writeback = false;
  bool exchange_hybrid = false;
  bool exchange_mail_public_folders = false;
  std::string pilot_group;                        // DN; only its direct members are synchronized
  std::vector<std::string> directory_extensions;  // attributes that become tenant extensions
};

// The rules that the project ships come by reference, so that a newer release brings newer ones.
// To change one: disable it here and put a changed copy under "rules", with a precedence below 100.
struct StandardRules {
  bool include = true;
  std::vector<std::string> disabled;  // names or immutable tags
  // The exporting release's, for people and for comparison with another release's. Never in force.
  std::vector<rules::SyncRule> in_full;
};

struct RunProfile {  // beside the five that every connector has
  std::string name;
  std::string connector;
  std::vector<RunStep> steps;
};

struct DeletionThreshold {
  bool enabled = true;
  std::uint32_t count = 500;
  std::uint32_t percent = 10;
  std::uint32_t percent_applies_above = 100;  // objects
};

// All changes of one export together, as a share of what the connected directory holds.
struct ChangeThreshold {
  bool enabled = false;
  std::uint32_t percent = 50;
  std::uint32_t percent_applies_above = 100;
};

// How much of what is known a full import may miss before its absences stop counting as deletions.
struct AbsenceGuard {
  bool enabled = true;
  std::uint32_t percent = 20;
  std::uint32_t percent_applies_above = 100;
};

struct Thresholds {
  DeletionThreshold deletions;
  ChangeThreshold changes;
  AbsenceGuard absence;
};

// Of objects that are to be exported to a tenant: docs/reference/attribute-checks.md.
struct AttributeChecks {
  bool hold_back = false;            // objects with an error are not exported until it is repaired
  std::vector<std::string> ignored;  // ids of checks that do not count
};

struct Retention {
  std::chrono::seconds run_history{std::chrono::hours(24 * 7)};
};

inline constexpr int kPolicyVersion = 1;

struct PolicyDocument {
  std::optional<Exported> exported;
  Identity identity;
  SourceAnchor source_anchor;
  SignInMethod sign_in = SignInMethod::kNotConfigured;
  OptionalFeatures features;
  std::vector<ConnectorPolicy> connectors;
  StandardRules standard_rules;
  std::vector<rules::SyncRule> rules;  // custom ones, in full
  std::vector<RunProfile> run_profiles;
  Scheduler scheduler;
  Thresholds thresholds;
  AttributeChecks attribute_checks;
  Retention retention;

  const ConnectorPolicy* findConnector(std::string_view name) const;  // any letter case
  // Names of all secrets that the connectors need, sorted, once each.
  std::vector<std::string> secretNames() const;
};

}  // namespace tandem::policy
