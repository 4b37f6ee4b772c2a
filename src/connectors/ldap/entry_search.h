// SPDX-License-Identifier: Apache-2.0
//
// What delta imports share, whatever tells them of changes: searches for whole entries, and the
// passing on of what was collected.
#pragma once

#include <functional>
#include <string>

#include "connectors/ldap/delta_collector.h"
#include "connectors/ldap/import_run.h"

namespace tandem::connectors::ldap {

// Reads entries with all that the import wants of them. run and reader outlive it.
class EntrySearch {
 public:
  EntrySearch(ImportRun& run, entry::EntryReader& reader) : run_(run), reader_(reader) {}

  // For every object type that is read; the caller may narrow it.
  SearchRequest request(const std::string& base) const;
  // on_entry finds the entry in the reader.
  Result<void> read(const SearchRequest& request, std::function<Result<void>()> on_entry);
  // A container that came into the scope: nobody told of what is below it.
  Result<void> readSubtree(const std::string& dn, ItemBatch& batch);

 private:
  ImportRun& run_;
  entry::EntryReader& reader_;
};

// Behind collector.arrange(): passes everything on, and the subtrees that it names.
Result<DeltaResult> passChanges(ImportRun& run,
                                EntrySearch& search,
                                DeltaCollector& collector,
                                const LdapWatermark& reached);

}  // namespace tandem::connectors::ldap
