// SPDX-License-Identifier: Apache-2.0
//
// What a connector to a directory of people is told. Plain data: policy fills it, the LDIF and LDAP
// connectors read it. Secrets come in resolved and are never written anywhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace tandem::connectors {

// Which containers are read. The most specific entry wins; what no entry covers is read, unless
// only inclusions are given.
struct ContainerFilter {
  std::vector<std::string> included;  // DNs
  std::vector<std::string> excluded;  // DNs
};

// Object types that are read when the settings name none. Containers are always read: they carry
// the tree.
std::vector<std::string> defaultObjectTypes();

enum class AnchorSource : std::uint8_t {
  kDirectoryId,  // objectGUID, else entryUUID: survives renames
  kDn,           // a folder of LDIF without either: a rename is then a deletion and an addition
};

struct LdifSettings {
  std::string folder;  // every *.ldif in it, by name
  std::string base;    // "DC=corp,DC=example,DC=com"; empty: all that the files hold
  std::vector<std::string> object_types;
  ContainerFilter containers;
  AnchorSource anchor = AnchorSource::kDirectoryId;
  std::string netbios_name;  // %Domain.Netbios%; empty: from the base
};

enum class LdapSecurity : std::uint8_t {
  kLdaps,     // TLS from the first byte (636)
  kStartTls,  // TLS by extended operation (389)
  kPlain,     // none: for GSSAPI, which seals, or with allow_plain
};

enum class LdapBind : std::uint8_t {
  kSimple,
  kGssapi,  // Kerberos with a keytab, signed and sealed; on kPlain only
};

enum class DeltaMethod : std::uint8_t {
  kAuto,        // what the server offers, best first
  kDirSync,     // Active Directory
  kUsnChanged,  // Active Directory, where DirSync is denied
  kSyncrepl,    // OpenLDAP (RFC 4533)
  kNone,        // every delta import reads everything
};

struct LdapSettings {
  std::string server;           // the name in its certificate and SPN
  std::string connect_address;  // address or name to connect to; empty: server
  std::uint16_t port = 0;       // 0: 636 or 389 by security
  LdapSecurity security = LdapSecurity::kLdaps;
  std::string ca_file;       // PEM; empty: the system's
  bool allow_plain = false;  // simple bind without TLS; never outside a test network

  LdapBind bind = LdapBind::kSimple;
  std::string user;      // DN or UPN; for GSSAPI the principal
  std::string password;  // kSimple
  std::string keytab;    // kGssapi: file

  std::string base;                       // for partitions(); empty: the naming contexts
  std::vector<std::string> object_types;  // empty: defaultObjectTypes()
  ContainerFilter containers;
  DeltaMethod delta = DeltaMethod::kAuto;

  std::uint32_t page_size = 1000;
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds operation_timeout{120};  // without a single answer
};

}  // namespace tandem::connectors
