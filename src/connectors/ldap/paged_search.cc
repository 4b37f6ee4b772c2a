// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/paged_search.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace tandem::connectors::ldap {
namespace {

constexpr int kRangesMost = 100000;  // of one attribute: 150 million values

void addValues(const EntryCursor::Attribute& attribute,
               entry::EntryReader& reader,
               entry::EntryReader::Slot slot) {
  for (const berval* v = attribute.values; v != nullptr && v->bv_val != nullptr; ++v)
    reader.add(slot, std::string_view(v->bv_val, v->bv_len));
}

// One range more; open.next becomes 0 after the last.
Result<void> followOne(Session& session,
                       entry::EntryReader& reader,
                       OpenRange& open,
                       const std::vector<Control>& controls) {
  SearchRequest request;
  request.base = reader.dn();
  request.scope = LDAP_SCOPE_BASE;
  request.attributes = {fmt::format("{};range={}-*", open.attribute, open.next)};
  request.controls = controls;
  const entry::EntryReader::Slot slot = reader.find(open.attribute);
  bool answered = false;
  std::uint32_t next = 0;
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& cursor) -> Result<void> {
    EntryCursor::Attribute attribute;
    while (cursor.next(attribute)) {
      const AttributeName name = splitRange(attribute.name);
      if (!name.has_range || reader.find(name.name) != slot || name.first != open.next) continue;
      answered = true;
      addValues(attribute, reader, slot);
      next = name.last ? *name.last + 1 : 0;
    }
    return {};
  };
  TRY(session.searchOk(request, handler));
  if (!answered || (next != 0 && next <= open.next)) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("{} did not send the values of {} of {} from {} on: the object is not "
                             "complete; run the import again",
                             whereOf(session.settings()),
                             open.attribute,
                             reader.dn(),
                             open.next));
  }
  open.next = next;
  return {};
}

}  // namespace

std::string classFilter(const std::vector<std::string>& classes) {
  std::string filter = "(|";
  for (const std::string& name : classes)
    filter += fmt::format("(objectClass={})", name);
  return filter + ")";
}

std::string escapeFilterOctets(std::string_view bytes) {
  std::string out;
  for (const char octet : bytes)
    out += fmt::format("\\{:02x}", static_cast<unsigned char>(octet));
  return out;
}

namespace {

constexpr std::size_t kHeldOctetsMax = 16 * 1024 * 1024;

// Reads page after page. A page's entries are held until its end, so that the next page is asked
// for before they are looked at: server and client then work at the same time, and neither waits a
// round trip for the other.
class PagedSearch {
 public:
  PagedSearch(Session& session,
              SearchRequest request,
              std::uint32_t page_size,
              const SearchHandler& handler)
      : session_(session),
        request_(std::move(request)),
        controls_(request_.controls),
        page_size_(page_size),
        handler_(handler),
        receiver_(handler) {
    receiver_.on_entry = [this](EntryCursor& cursor) { return hold(cursor); };
  }
  ~PagedSearch() {
    if (asked_) session_.abandon(*asked_);
  }
  PagedSearch(const PagedSearch&) = delete;
  PagedSearch& operator=(const PagedSearch&) = delete;

  Result<std::vector<std::string>> run() {
    TRY(ask(""));
    while (asked_) {
      TRY(receivePage());
      TRY(tellHeld());
    }
    return std::move(references_);
  }

 private:
  Result<void> ask(std::string_view cookie) {
    request_.controls = controls_;
    request_.controls.push_back(pagedControl(page_size_, cookie));
    asked_ = TRY(session_.begin(request_));
    return {};
  }

  Result<void> receivePage() {
    const int id = *asked_;
    asked_.reset();  // end() abandons what it does not end
    const SearchAnswer answer = TRY(session_.end(id, receiver_));
    TRY(requireSuccess(session_, request_, answer));
    references_.insert(references_.end(), answer.references.begin(), answer.references.end());
    const Control* page = findControl(answer.controls, kPagedOid);
    const auto cookie = page == nullptr ? std::nullopt : readPagedCookie(page->value);
    if (!cookie) {
      return Error(ErrorCode::kUnavailable,
                   fmt::format("{} answered a page without saying whether more follow: what was "
                               "read is not taken for the whole; run the import again",
                               whereOf(session_.settings())));
    }
    if (cookie->empty()) return {};
    if (handler_.is_cancelled && handler_.is_cancelled()) {
      return Error(ErrorCode::kCancelled, "the import was cancelled");
    }
    return ask(*cookie);
  }

  // Entries with pictures may be large: then they are looked at before the page has ended.
  Result<void> hold(EntryCursor& cursor) {
    held_octets_ += cursor.size();
    held_.push_back(std::move(cursor));
    return held_octets_ < kHeldOctetsMax ? Result<void>() : tellHeld();
  }

  Result<void> tellHeld() {
    for (EntryCursor& held : held_) {
      EntryCursor cursor = std::move(held);  // freed while it is still warm
      TRY(handler_.on_entry(cursor));
    }
    held_.clear();
    held_octets_ = 0;
    return {};
  }

  Session& session_;
  SearchRequest request_;
  std::vector<Control> controls_;
  std::uint32_t page_size_;
  const SearchHandler& handler_;
  SearchHandler receiver_;
  std::optional<int> asked_;  // on its way
  std::vector<EntryCursor> held_;
  std::size_t held_octets_ = 0;
  std::vector<std::string> references_;
};

}  // namespace

Result<std::vector<std::string>> pagedSearch(Session& session,
                                             SearchRequest request,
                                             std::uint32_t page_size,
                                             const SearchHandler& handler) {
  return PagedSearch(session, std::move(request), page_size, handler).run();
}

void readAttributes(EntryCursor& cursor, entry::EntryReader& reader, std::vector<OpenRange>& open) {
  open.clear();
  EntryCursor::Attribute attribute;
  while (cursor.next(attribute)) {
    entry::EntryReader::Slot slot = reader.find(attribute.name);
    if (slot == entry::EntryReader::kNone) {
      if (attribute.name.find(';') == std::string_view::npos) continue;
      const AttributeName name = splitRange(attribute.name);
      slot = reader.find(name.name);
      if (slot == entry::EntryReader::kNone) continue;
      if (name.has_range && name.last) open.push_back({std::string(name.name), *name.last + 1});
    }
    addValues(attribute, reader, slot);
  }
}

Result<void> followRanges(Session& session,
                          entry::EntryReader& reader,
                          std::vector<OpenRange>& open,
                          const std::vector<Control>& controls) {
  for (OpenRange& range : open) {
    for (int i = 0; range.next != 0 && i < kRangesMost; ++i)
      TRY(followOne(session, reader, range, controls));
  }
  open.clear();
  return {};
}

Result<std::vector<std::string>> readWholeEntries(Session& session,
                                                  const SearchRequest& request,
                                                  const WholeEntries& target) {
  std::vector<OpenRange> open;
  SearchHandler handler;
  handler.is_cancelled = target.is_cancelled;
  handler.on_entry = [&](EntryCursor& cursor) -> Result<void> {
    target.reader->begin(cursor.dn());
    readAttributes(cursor, *target.reader, open);
    // An entry that cannot be decoded to its end is not an entry with fewer attributes.
    if (!cursor.isReadable()) {
      return Error(
          ErrorCode::kUnavailable,
          fmt::format("{} sent an entry that cannot be decoded", whereOf(session.settings())));
    }
    // Extended DNs are needed in the ranges too, other controls are not.
    std::vector<Control> controls;
    if (const Control* extended = findControl(request.controls, kExtendedDnOid)) {
      controls.push_back(*extended);
    }
    if (!open.empty()) TRY(followRanges(session, *target.reader, open, controls));
    return target.on_entry();
  };
  return pagedSearch(session, request, session.settings().page_size, handler);
}

}  // namespace tandem::connectors::ldap
