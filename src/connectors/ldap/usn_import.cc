// SPDX-License-Identifier: Apache-2.0
//
// Changes by uSNChanged, where DirSync is denied: whole objects, from one domain controller, whose
// numbers mean nothing to another (nor to itself after a restore: invocationId then changes).
#include <fmt/format.h>

#include "base/text.h"
#include "connectors/ldap/entry_search.h"
#include "connectors/ldap/paged_search.h"

namespace tandem::connectors::ldap {
namespace {

using entry::EntryReader;

class UsnImport {
 public:
  UsnImport(ImportRun& run, std::uint64_t after)
      : run_(run),
        after_(after),
        reader_(run.reader_context, run.request.attributes),
        search_(run, reader_),
        collector_(run.request, *run.reader_context.scope) {
    reader_.readChangeTime("whenChanged");
  }

  Result<DeltaResult> import(const LdapWatermark& next) {
    TRY(readChanges());
    if (!collector_.arrange()) return DeltaResult(NeedsFull{collector_.needsFull()});
    return passChanges(run_, search_, collector_, next);
  }

 private:
  Result<void> readChanges() {
    SearchRequest request = search_.request(run_.base);
    request.filter = fmt::format(
        "(&(uSNChanged>={}){})", after_ + 1, classFilter(run_.reader_context.classes->searched()));
    request.controls.push_back(showDeletedControl());
    request.controls.push_back(showRecycledControl());
    return search_.read(request, [&]() -> Result<void> {
      if (reader_.isDeleted()) {
        collector_.addDeleted(reader_.anchor());
      } else {
        collector_.addWhole(reader_, /*is_new=*/false);
      }
      return {};
    });
  }

  ImportRun& run_;
  std::uint64_t after_;
  EntryReader reader_;
  EntrySearch search_;
  DeltaCollector collector_;
};

}  // namespace

Result<DeltaResult> importByUsn(ImportRun& run, const LdapWatermark& from) {
  LdapWatermark next = from;
  next.invocation_id = TRY(readInvocationId(run.session, run.root));
  if (next.invocation_id != from.invocation_id) {
    return DeltaResult(NeedsFull{fmt::format(
        "{} is another domain controller than last time, or was restored, and the numbers of its "
        "changes (uSNChanged) are its own",
        whereOf(run.settings()))});
  }
  if (run.root.highest_usn < from.usn) {
    return DeltaResult(NeedsFull{
        fmt::format("{} has gone back to an earlier state (uSNChanged)", whereOf(run.settings()))});
  }
  next.usn = run.root.highest_usn;  // read before the search: what comes meanwhile is told again
  return UsnImport(run, from.usn).import(next);
}

}  // namespace tandem::connectors::ldap
