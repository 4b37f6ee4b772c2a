// SPDX-License-Identifier: Apache-2.0
//
// Content synchronization of OpenLDAP (RFC 4533), refreshOnly. With a cookie that the server's
// session log reaches, it tells what changed and which ids are gone. Without (it was restarted, or
// the log was too short), it runs a "present phase": ids of what is there unchanged, entries of
// what changed, and everything that is neither is gone. A cookie that it does not know is answered
// like none: then nothing may be concluded from what is missing, and everything is read once more.
#include <fmt/format.h>

#include "connectors/ldap/entry_search.h"
#include "connectors/ldap/paged_search.h"

namespace tandem::connectors::ldap {
namespace {

using entry::EntryReader;
using entry::Verdict;

constexpr int kRefreshRequired = 4096;  // e-syncRefreshRequired (RFC 4533, 2.8)

Error protocolError(const ImportRun& run, std::string_view what) {
  return Error(ErrorCode::kUnavailable,
               fmt::format("{} broke the synchronization protocol (RFC 4533): {}; run the import "
                           "again, or set the delta method to none",
                           whereOf(run.settings()),
                           what));
}

SearchRequest syncRequest(const ImportRun& run,
                          const EntryReader& reader,
                          std::string_view cookie) {
  SearchRequest request;
  request.base = run.base;
  request.filter = classFilter(run.reader_context.classes->searched());
  request.attributes = run.attributesToRead(reader);
  request.controls = {syncRequestControl(cookie)};
  return request;
}

// The state that comes with each entry; its id is the anchor.
Result<SyncStateValue> stateOf(const ImportRun& run, const EntryCursor& cursor) {
  const std::vector<Control> controls = cursor.controls();
  const Control* control = findControl(controls, kSyncStateOid);
  auto state = control == nullptr ? std::nullopt : readSyncState(control->value);
  if (!state) return protocolError(run, "an entry without its state");
  return *std::move(state);
}

Result<SyncDoneValue> doneOf(const ImportRun& run, const SearchAnswer& answer) {
  const Control* control = findControl(answer.controls, kSyncDoneOid);
  auto done = control == nullptr ? std::nullopt : readSyncDone(control->value);
  if (!done) return protocolError(run, "no final state");
  return *std::move(done);
}

Result<void> readEntry(const ImportRun& run,
                       EntryCursor& cursor,
                       EntryReader& reader,
                       const std::string& uuid) {
  std::vector<OpenRange> open;  // OpenLDAP has no ranges
  reader.begin(cursor.dn());
  reader.setAnchor(uuid);
  readAttributes(cursor, reader, open);
  if (!cursor.isReadable()) return protocolError(run, "an entry cannot be decoded");
  return {};
}

class SyncreplDelta {
 public:
  SyncreplDelta(ImportRun& run, LdapWatermark mark)
      : run_(run),
        mark_(std::move(mark)),
        reader_(run.reader_context, run.request.attributes),
        search_(run, reader_),
        collector_(run.request, *run.reader_context.scope) {
    reader_.readChangeTime("modifyTimestamp");
  }

  Result<DeltaResult> import() {
    const auto full = [](std::string reason) { return DeltaResult(NeedsFull{std::move(reason)}); };
    SearchHandler handler;
    handler.is_cancelled = run_.cancellation();
    handler.on_entry = [&](EntryCursor& cursor) { return takeEntry(cursor); };
    handler.on_intermediate = [&](std::string_view oid, std::string_view value) {
      return takeIds(oid, value);
    };
    const SearchAnswer answer =
        TRY(run_.session.search(syncRequest(run_, reader_, mark_.cookie), handler));
    if (answer.code == kRefreshRequired) return full("the server asks for a full refresh");
    if (answer.code != LDAP_SUCCESS) {
      return errorOf(answer.code, answer.diagnostic, "reading changes by syncrepl");
    }
    if (!collector_.needsFull().empty()) return full(collector_.needsFull());
    const SyncDoneValue done = TRY(doneOf(run_, answer));
    // slapd says "nothing changed" without a cookie, and answers a cookie that it does not know
    // without one, too, but then with everything.
    if (done.cookie.empty() && (messages_ > 0 || !done.refresh_deletes)) {
      return full("the server does not know the cookie of the last import");
    }
    if (!done.cookie.empty()) mark_.cookie = done.cookie;
    if (!collector_.arrange()) return full(collector_.needsFull());
    if (done.refresh_deletes) return passChanges(run_, search_, collector_, mark_);
    if (messages_ == 0) return full("the server told neither changes nor what is present");
    return passPresent();
  }

 private:
  Result<void> takeEntry(EntryCursor& cursor) {
    const SyncStateValue state = TRY(stateOf(run_, cursor));
    ++messages_;
    if (state.state == SyncState::kPresent) {
      present_.push_back(state.entry_uuid);
      return {};
    }
    if (state.state == SyncState::kDelete) {
      collector_.addDeleted(state.entry_uuid);
      return {};
    }
    TRY(readEntry(run_, cursor, reader_, state.entry_uuid));
    // Once all is to be read anew, the rest of this answer is of no use, but it has to be taken.
    if (collector_.needsFull().empty()) collector_.addWhole(reader_, /*is_new=*/false);
    return {};
  }

  Result<void> takeIds(std::string_view oid, std::string_view value) {
    if (oid != kSyncInfoOid) return {};
    const auto info = readSyncInfo(value);
    if (!info) return protocolError(run_, "an unreadable message");
    messages_ += info->entry_uuids.size();
    for (const std::string& uuid : info->entry_uuids) {
      if (info->refresh_deletes) {
        collector_.addDeleted(uuid);
      } else {
        present_.push_back(uuid);
      }
    }
    return {};
  }

  // What is neither present nor among the entries is gone: a full import in few octets.
  Result<DeltaResult> passPresent() {
    if (collector_.movesContainers()) {
      return DeltaResult(NeedsFull{
          "the server no longer has the log of changes since the last import, and containers were "
          "renamed or moved meanwhile"});
    }
    ImportOutcome outcome;
    outcome.full_import_reason =
        "the server no longer has the log of changes since the last import (was it restarted? see "
        "syncprov-sessionlog) and told what is present instead";
    outcome.was_full = true;
    outcome.complete = true;
    outcome.watermark = mark_.toText();
    run_.sink.becomesFull(outcome.full_import_reason);
    ItemBatch batch(run_.sink);
    for (std::string& uuid : present_) {
      ImportItem item;
      item.kind = ImportKind::kPresent;
      item.anchor = std::move(uuid);
      TRY(batch.put(std::move(item)));
    }
    TRY(collector_.pass(batch));
    TRY(batch.pass());
    return DeltaResult(std::move(outcome));
  }

  ImportRun& run_;
  LdapWatermark mark_;
  EntryReader reader_;
  EntrySearch search_;
  DeltaCollector collector_;
  std::vector<std::string> present_;
  std::size_t messages_ = 0;  // entries and ids that were told
};

}  // namespace

Result<DeltaResult> importBySyncrepl(ImportRun& run, const LdapWatermark& from) {
  return SyncreplDelta(run, from).import();
}

Result<ImportOutcome> importFullBySyncrepl(ImportRun& run) {
  EntryReader reader(run.reader_context, run.request.attributes);
  ItemBatch batch(run.sink);
  std::uint64_t entries = 0;
  SearchHandler handler;
  handler.is_cancelled = run.cancellation();
  handler.on_entry = [&](EntryCursor& cursor) -> Result<void> {
    const SyncStateValue state = TRY(stateOf(run, cursor));
    ++entries;
    TRY(readEntry(run, cursor, reader, state.entry_uuid));
    ImportItem& item = batch.add();
    if (reader.finish(item) != Verdict::kItem) {
      batch.dropLast();
      batch.countFiltered(1, 0);
    }
    return batch.passWhenFull();
  };
  const SearchAnswer answer = TRY(run.session.searchOk(syncRequest(run, reader, ""), handler));
  TRY(batch.pass());
  if (entries == 0) {
    return Error(ErrorCode::kPermissionDenied,
                 fmt::format("{} returned no entry at all below {}: check the base and that {} may "
                             "read it; nothing is taken for deleted",
                             whereOf(run.settings()),
                             run.base,
                             run.settings().user));
  }
  ImportOutcome outcome;
  outcome.was_full = true;
  outcome.complete = true;
  noteReferences(run, answer.references, outcome);
  LdapWatermark mark;
  mark.fingerprint = run.fingerprint;
  mark.cookie = TRY(doneOf(run, answer)).cookie;
  if (mark.cookie.empty()) {
    run.warnings.push_back("the server gave no cookie: the next delta import reads everything");
  } else {
    mark.method = LdapWatermark::Method::kSyncrepl;
  }
  outcome.watermark = mark.toText();
  return outcome;
}

}  // namespace tandem::connectors::ldap
