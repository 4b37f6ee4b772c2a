// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/entry_search.h"

#include <utility>

#include "connectors/ldap/paged_search.h"

namespace tandem::connectors::ldap {

SearchRequest EntrySearch::request(const std::string& base) const {
  SearchRequest request;
  request.base = base;
  request.filter = classFilter(run_.reader_context.classes->searched());
  request.attributes = run_.attributesToRead(reader_);
  request.controls = run_.readControls();
  return request;
}

Result<void> EntrySearch::read(const SearchRequest& request,
                               std::function<Result<void>()> on_entry) {
  WholeEntries target;
  target.reader = &reader_;
  target.is_cancelled = run_.cancellation();
  target.on_entry = std::move(on_entry);
  TRY(readWholeEntries(run_.session, request, target));
  return {};
}

Result<void> EntrySearch::readSubtree(const std::string& dn, ItemBatch& batch) {
  return read(request(dn), [&]() -> Result<void> {
    ImportItem item;
    if (reader_.finish(item) == entry::Verdict::kItem) return batch.put(std::move(item));
    batch.countFiltered(1, 0);
    return {};
  });
}

Result<DeltaResult> passChanges(ImportRun& run,
                                EntrySearch& search,
                                DeltaCollector& collector,
                                const LdapWatermark& reached) {
  ItemBatch batch(run.sink);
  TRY(collector.pass(batch));
  for (const std::string& dn : collector.subtreesToRead())
    TRY(search.readSubtree(dn, batch));
  TRY(batch.pass());
  ImportOutcome outcome;
  outcome.complete = true;
  outcome.watermark = reached.toText();
  return DeltaResult(std::move(outcome));
}

}  // namespace tandem::connectors::ldap
