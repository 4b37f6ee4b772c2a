// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/text.h"
#include "connectors/ldap/import_run.h"
#include "connectors/ldap/paged_search.h"
#include "directory/dn.h"

namespace tandem::connectors::ldap {
namespace {

using entry::EntryReader;
using entry::Verdict;

// What a delta import after this one resumes from. Taken before reading, so that what changes
// meanwhile is told again rather than missed.
Result<LdapWatermark> startOfDelta(ImportRun& run) {
  LdapWatermark mark;
  mark.fingerprint = run.fingerprint;
  const DeltaMethod method = run.settings().delta;
  if (!run.root.is_active_directory || method == DeltaMethod::kNone) return mark;
  const bool may_dirsync = method == DeltaMethod::kAuto || method == DeltaMethod::kDirSync;
  if (may_dirsync && run.root.supports(kDirSyncOid)) {
    for (const std::uint32_t flags :
         {kDirSyncIncrementalValues, kDirSyncIncrementalValues | kDirSyncObjectSecurity}) {
      const CookieAnswer answer = TRY(currentDirSyncCookie(run, flags));
      if (answer.code == LDAP_SUCCESS) {
        mark.method = LdapWatermark::Method::kDirSync;
        mark.dirsync_flags = flags;
        mark.cookie = answer.cookie;
        return mark;
      }
      run.warnings.push_back(fmt::format(
          "DirSync is refused for {} ({}): grant \"Replicating Directory Changes\" on {}{}",
          run.settings().user,
          ldap_err2string(answer.code),
          run.base,
          (flags & kDirSyncObjectSecurity) == 0 ? "; until then changes are read with what the "
                                                  "account itself may see"
                                                : ""));
    }
  }
  if (method == DeltaMethod::kDirSync) return mark;
  mark.method = LdapWatermark::Method::kUsn;
  mark.invocation_id = TRY(readInvocationId(run.session, run.root));
  mark.usn = run.root.highest_usn;
  return mark;
}

class FullRead {
 public:
  explicit FullRead(ImportRun& run)
      : run_(run), reader_(run.reader_context, run.request.attributes), batch_(run.sink) {}

  // classes: what to ask for; containers_only keeps the leaves of a tree's pass out.
  Result<void> read(const std::string& base,
                    const std::vector<std::string>& classes,
                    bool containers_only) {
    SearchRequest request;
    request.base = base;
    request.filter = classFilter(classes);
    request.attributes = run_.attributesToRead(reader_);
    request.controls = run_.readControls();
    WholeEntries target;
    target.reader = &reader_;
    target.is_cancelled = run_.cancellation();
    target.on_entry = [&]() -> Result<void> {
      ++entries_;
      ImportItem& item = batch_.add();
      const Verdict verdict = reader_.finish(item);
      const bool wanted = verdict == Verdict::kItem && !reader_.isDeleted() &&
                          (item.is_container || !containers_only);
      if (!wanted) {
        batch_.dropLast();
        batch_.countFiltered(containers_only ? 0 : 1, 0);
      }
      return batch_.passWhenFull();
    };
    const auto references = TRY(readWholeEntries(run_.session, request, target));
    references_.insert(references_.end(), references.begin(), references.end());
    return {};
  }
  Result<void> finish() { return batch_.pass(); }

  std::uint64_t entries() const { return entries_; }
  const std::vector<std::string>& references() const { return references_; }

 private:
  ImportRun& run_;
  EntryReader reader_;
  ItemBatch batch_;
  std::uint64_t entries_ = 0;
  std::vector<std::string> references_;
};

}  // namespace

void noteReferences(ImportRun& run,
                    const std::vector<std::string>& references,
                    ImportOutcome& outcome) {
  // Continuations of AD's root lead to its other partitions, which are none of this one. Elsewhere
  // they mean that a part of this partition is on another server.
  if (run.root.is_active_directory) return;
  for (const std::string& url : references) {
    LDAPURLDesc* parsed = nullptr;
    std::string key;
    if (ldap_url_parse(url.c_str(), &parsed) == LDAP_URL_SUCCESS) {
      key = directory::dnKey(parsed->lud_dn == nullptr ? "" : parsed->lud_dn);
      ldap_free_urldesc(parsed);
    }
    if (!run.reader_context.scope->covers(key)) continue;
    outcome.complete = false;
    run.warnings.push_back(fmt::format(
        "a part of {} is on another server ({}) and was not read: nothing is taken for deleted; "
        "exclude that container, or make a connector for it",
        run.base,
        url));
  }
}

std::vector<std::string> ImportRun::attributesToRead(const EntryReader& reader) const {
  std::vector<std::string> names;
  for (const std::string& name : reader.namesToRead()) {
    const bool foreign = root.is_active_directory ? equalsIgnoreCaseAscii(name, "entryUUID")
                                                  : equalsIgnoreCaseAscii(name, "objectGUID") ||
                                                        equalsIgnoreCaseAscii(name, "isDeleted");
    if (!foreign) names.push_back(name);
  }
  return names;
}

std::vector<Control> ImportRun::readControls() const {
  if (!root.is_active_directory) return {};
  return {extendedDnControl()};
}

Result<ImportOutcome> importFull(ImportRun& run) {
  const DeltaMethod method = run.settings().delta;
  const bool may_syncrepl = method == DeltaMethod::kAuto || method == DeltaMethod::kSyncrepl;
  if (!run.root.is_active_directory && may_syncrepl && run.root.supports(kSyncRequestOid)) {
    return importFullBySyncrepl(run);
  }
  const LdapWatermark mark = TRY(startOfDelta(run));
  if (run.root.is_active_directory && !TRY(canSeeDeletions(run.session, run.base))) {
    run.warnings.push_back(
        fmt::format("{} may not read CN=Deleted Objects,{}: delta imports can miss deletions until "
                    "it is granted list and read there (full imports find them)",
                    run.settings().user,
                    run.base));
  }
  FullRead read(run);
  const entry::ContainerScope& scope = *run.reader_context.scope;
  const std::vector<std::string> bases = scope.searchBases();
  if (bases.empty()) {
    TRY(read.read(run.base, run.reader_context.classes->searched(), /*containers_only=*/false));
  } else {
    // Few containers of many are wanted: the tree alone, then each of them.
    TRY(read.read(run.base, run.reader_context.classes->containers(), /*containers_only=*/true));
    for (const std::string& base : bases) {
      if (!entry::isUnderKey(directory::dnKey(base), directory::dnKey(run.base))) continue;
      TRY(read.read(base, run.reader_context.classes->searched(), /*containers_only=*/false));
    }
  }
  TRY(read.finish());
  if (read.entries() == 0) {
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
  noteReferences(run, read.references(), outcome);
  outcome.watermark = mark.toText();
  return outcome;
}

}  // namespace tandem::connectors::ldap
