// SPDX-License-Identifier: Apache-2.0
//
// Changes by the DirSync control ([MS-ADTS] 3.1.1.3.4.1.3). The answer names changed objects with
// their changed attributes only; with INCREMENTAL_VALUES of linked attributes just the values that
// came (range=1-1) and went (range=0-0). It names a moved container alone, not what is below it,
// and an object that moved into the scope with its new name only: those are read whole afterwards.
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time_text.h"
#include "connectors/ldap/entry_search.h"
#include "connectors/ldap/paged_search.h"
#include "directory/dn.h"

namespace tandem::connectors::ldap {
namespace {

using entry::EntryReader;

constexpr int kRoundsMost = 100000;
constexpr std::size_t kReadTogether = 50;  // objects in one search by objectGUID
// Of so many changes it is asked when they were made. More at once are no people at work, and the
// figure of how long changes take is not worth the searches.
constexpr std::size_t kTimesMost = 2000;

class DirSyncImport {
 public:
  DirSyncImport(ImportRun& run, const LdapWatermark& from)
      : run_(run),
        mark_(from),
        reader_(run.reader_context, run.request.attributes),
        search_(run, reader_),
        collector_(run.request, *run.reader_context.scope) {
    reader_.readChangeTime("whenChanged");
  }

  Result<DeltaResult> import() {
    if (const auto refused = TRY(readChanges())) return DeltaResult(NeedsFull{*refused});
    TRY(readWhole());
    TRY(readTimes());
    if (!collector_.arrange()) return DeltaResult(NeedsFull{collector_.needsFull()});
    return passChanges(run_, search_, collector_, mark_);
  }

 private:
  // The reason for reading everything, when the server or the changes give one.
  Result<std::optional<std::string>> readChanges() {
    SearchRequest request = search_.request(run_.base);
    // Without `name` a rename is not told at all; whenCreated tells new objects from moved ones.
    for (const char* name : {"name", "whenCreated", "parentGUID"})
      if (reader_.find(name) == EntryReader::kNone) request.attributes.emplace_back(name);
    SearchHandler handler;
    handler.is_cancelled = run_.cancellation();
    handler.on_entry = [&](EntryCursor& cursor) { return takeChange(cursor); };
    // Active Directory shows tombstones to DirSync unasked; Samba wants to be asked.
    Control show_deleted = showDeletedControl();
    show_deleted.critical = false;
    for (int round = 0; round < kRoundsMost; ++round) {
      request.controls = {
          dirSyncControl(mark_.dirsync_flags, mark_.cookie), extendedDnControl(), show_deleted};
      const SearchAnswer answer = TRY(run_.session.search(request, handler));
      if (answer.code == LDAP_BUSY || answer.code == LDAP_UNAVAILABLE) {
        return errorOf(answer.code, answer.diagnostic, "reading changes by DirSync");
      }
      if (answer.code != LDAP_SUCCESS) {
        return std::optional(fmt::format("the server refused the DirSync cookie: {} ({}) {}",
                                         ldap_err2string(answer.code),
                                         answer.code,
                                         answer.diagnostic));
      }
      if (!collector_.needsFull().empty()) return std::optional(collector_.needsFull());
      const Control* control = findControl(answer.controls, kDirSyncOid);
      const auto next = control == nullptr ? std::nullopt : readDirSyncAnswer(control->value);
      if (!next || next->cookie.empty()) {
        return std::optional<std::string>("the server sent no new DirSync cookie");
      }
      mark_.cookie = next->cookie;
      if (!next->more) return std::optional<std::string>();
    }
    return std::optional<std::string>("DirSync did not come to an end");
  }

  Result<void> takeChange(EntryCursor& cursor) {
    reader_.begin(cursor.dn());
    bool is_new = false;
    EntryCursor::Attribute attribute;
    while (cursor.next(attribute)) {
      if (equalsIgnoreCaseAscii(attribute.name, "whenCreated")) is_new = hasValue(attribute);
      const AttributeName name = splitRange(attribute.name);
      const EntryReader::Slot slot = reader_.find(name.name);
      if (slot != EntryReader::kNone) takeAttribute(slot, name, attribute);
    }
    if (!cursor.isReadable()) {
      return Error(ErrorCode::kUnavailable, "a change of DirSync cannot be decoded");
    }
    sort(is_new);
    return {};
  }

  static bool hasValue(const EntryCursor::Attribute& attribute) {
    return attribute.values != nullptr && attribute.values->bv_val != nullptr;
  }

  void takeAttribute(EntryReader::Slot slot,
                     const AttributeName& name,
                     const EntryCursor::Attribute& attribute) {
    const bool removed = name.has_range && name.first == 0 && name.last == 0U;
    if (!hasValue(attribute)) {
      if (!name.has_range) reader_.clearAttribute(slot);
      return;
    }
    if (!name.has_range && reader_.isReference(slot)) reader_.clearAttribute(slot);
    for (const berval* v = attribute.values; v->bv_val != nullptr; ++v) {
      const std::string_view value(v->bv_val, v->bv_len);
      if (removed) {
        reader_.changeReference(slot, value, ReferenceChange::kRemove);
      } else {
        reader_.add(slot, value);
      }
    }
  }

  void sort(bool is_new) {
    const std::string& anchor = reader_.anchor();
    if (reader_.isDeleted()) return collector_.addDeleted(anchor);
    const std::optional<std::string> known = collector_.knownDn(anchor);
    if (!known && !mayBeInScope()) return collector_.countFiltered(1);
    // A new object, a new place or a new type: read whole, because a change alone does not say what
    // the object is now, and DirSync leaves out what does not replicate (and, on Samba, `cn`).
    if (!known || reader_.sawObjectClass() || directory::dnKey(*known) != reader_.dnKey()) {
      to_read_.emplace(anchor, is_new);
      return;
    }
    collector_.addPartial(reader_);
  }

  bool mayBeInScope() const {
    const entry::ContainerScope& scope = *run_.reader_context.scope;
    return scope.covers(reader_.dnKey()) || scope.isAboveIncluded(reader_.dnKey());
  }

  Result<void> readWhole() {
    auto at = to_read_.begin();
    while (at != to_read_.end()) {
      std::string filter = "(|";
      for (std::size_t i = 0; i < kReadTogether && at != to_read_.end(); ++i, ++at)
        filter += fmt::format("(objectGUID={})", escapeFilterOctets(at->first));
      SearchRequest request = search_.request(run_.base);
      request.filter = filter + ")";
      TRY(search_.read(request, [&]() -> Result<void> {
        const auto wanted = to_read_.find(reader_.anchor());
        collector_.addWhole(reader_, wanted != to_read_.end() && wanted->second);
        return {};
      }));
    }
    return {};
  }

  // whenChanged does not replicate, and DirSync tells only what does.
  Result<void> readTimes() {
    const std::vector<std::string> anchors = collector_.withoutChangeTime(kTimesMost);
    std::map<std::string, std::int64_t> times;
    for (std::size_t at = 0; at < anchors.size();) {
      std::string filter = "(|";
      for (std::size_t i = 0; i < kReadTogether && at < anchors.size(); ++i, ++at)
        filter += fmt::format("(objectGUID={})", escapeFilterOctets(anchors[at]));
      SearchRequest request;
      request.base = run_.base;
      request.filter = filter + ")";
      request.attributes = {"whenChanged"};
      request.controls = {extendedDnControl()};
      SearchHandler handler;
      handler.is_cancelled = run_.cancellation();
      handler.on_entry = [&](EntryCursor& cursor) -> Result<void> {
        const std::string anchor = entry::splitExtendedDn(cursor.dn()).anchor;
        EntryCursor::Attribute attribute;
        while (cursor.next(attribute)) {
          if (!hasValue(attribute) || !equalsIgnoreCaseAscii(attribute.name, "whenChanged"))
            continue;
          const berval& value = *attribute.values;
          times[anchor] = parseGeneralizedTime({value.bv_val, value.bv_len}).value_or(0);
        }
        return {};
      };
      // What the server says against it does not matter: the time of the import counts then.
      TRY(run_.session.search(request, handler));
    }
    collector_.setChangeTimes(times);
    return {};
  }

  ImportRun& run_;
  LdapWatermark mark_;
  EntryReader reader_;
  EntrySearch search_;
  DeltaCollector collector_;
  std::map<std::string, bool> to_read_;  // by anchor: made since the last import?
};

}  // namespace

Result<CookieAnswer> currentDirSyncCookie(ImportRun& run, std::uint32_t flags) {
  // A filter that nothing matches: the cookie says how far the directory is, whatever was asked.
  SearchRequest request;
  request.base = run.base;
  request.filter = fmt::format("(objectGUID={})", escapeFilterOctets(std::string(16, '\0')));
  request.attributes = {"name"};
  CookieAnswer result;
  for (int round = 0; round < kRoundsMost; ++round) {
    request.controls = {dirSyncControl(flags, result.cookie), extendedDnControl()};
    SearchHandler handler;
    handler.is_cancelled = run.cancellation();
    const SearchAnswer answer = TRY(run.session.search(request, handler));
    result.code = answer.code;
    result.diagnostic = answer.diagnostic;
    if (answer.code != LDAP_SUCCESS) return result;
    const Control* control = findControl(answer.controls, kDirSyncOid);
    const auto next = control == nullptr ? std::nullopt : readDirSyncAnswer(control->value);
    if (!next || next->cookie.empty()) {
      result.code = LDAP_PROTOCOL_ERROR;
      return result;
    }
    result.cookie = next->cookie;
    if (!next->more) return result;
  }
  result.code = LDAP_TIMELIMIT_EXCEEDED;
  return result;
}

Result<DeltaResult> importByDirSync(ImportRun& run, const LdapWatermark& from) {
  return DirSyncImport(run, from).import();
}

}  // namespace tandem::connectors::ldap
