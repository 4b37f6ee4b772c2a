// SPDX-License-Identifier: Apache-2.0
//
// One import of one partition. A delta import that cannot be trusted returns the reason instead of
// items, and everything is read: each of these functions either passes on all of its items or none.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "connectors/connector.h"
#include "connectors/entry/entry_reader.h"
#include "connectors/ldap/item_batch.h"
#include "connectors/ldap/root_dse.h"
#include "connectors/ldap/session.h"
#include "connectors/ldap/watermark.h"

namespace tandem::connectors::ldap {

struct ImportRun {
  Session& session;
  const RootDse& root;
  const ImportRequest& request;
  ImportSink& sink;
  const entry::ReaderContext& reader_context;
  std::string base;  // DN of the partition
  std::string fingerprint;
  std::vector<std::string> warnings;

  const LdapSettings& settings() const { return session.settings(); }
  std::function<bool()> cancellation() const {
    return [this] { return sink.isCancelled(); };
  }
  // Attributes to ask this kind of server for.
  std::vector<std::string> attributesToRead(const entry::EntryReader& reader) const;
  // AD: extended DNs, so that references carry the identity of their targets.
  std::vector<Control> readControls() const;
};

// Why everything must be read.
struct NeedsFull {
  std::string reason;
};
using DeltaResult = std::variant<ImportOutcome, NeedsFull>;

Result<ImportOutcome> importFull(ImportRun& run);
Result<DeltaResult> importByDirSync(ImportRun& run, const LdapWatermark& from);
Result<DeltaResult> importByUsn(ImportRun& run, const LdapWatermark& from);
Result<DeltaResult> importBySyncrepl(ImportRun& run, const LdapWatermark& from);

// Continuations to other servers: the import is then not complete, unless a filter excludes them.
void noteReferences(ImportRun& run,
                    const std::vector<std::string>& references,
                    ImportOutcome& outcome);

// A cookie that stands for "now", or the answer that refused it. flags as in DirSync.
struct CookieAnswer {
  int code = 0;
  std::string diagnostic;
  std::string cookie;
};
Result<CookieAnswer> currentDirSyncCookie(ImportRun& run, std::uint32_t flags);

// Full import of an OpenLDAP server by one refresh without a cookie (RFC 4533).
Result<ImportOutcome> importFullBySyncrepl(ImportRun& run);

}  // namespace tandem::connectors::ldap
