// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/paged_search.h"

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

Result<std::vector<std::string>> pagedSearch(Session& session,
                                             SearchRequest request,
                                             std::uint32_t page_size,
                                             const SearchHandler& handler) {
  const std::vector<Control> controls = request.controls;
  std::vector<std::string> references;
  std::string cookie;
  do {
    request.controls = controls;
    request.controls.push_back(pagedControl(page_size, cookie));
    const SearchAnswer answer = TRY(session.searchOk(request, handler));
    references.insert(references.end(), answer.references.begin(), answer.references.end());
    const Control* page = findControl(answer.controls, kPagedOid);
    const auto next = page == nullptr ? std::nullopt : readPagedCookie(page->value);
    if (!next) {
      return Error(ErrorCode::kUnavailable,
                   fmt::format("{} answered a page without saying whether more follow: what was "
                               "read is not taken for the whole; run the import again",
                               whereOf(session.settings())));
    }
    cookie = *next;
    if (!cookie.empty() && handler.is_cancelled && handler.is_cancelled()) {
      return Error(ErrorCode::kCancelled, "the import was cancelled");
    }
  } while (!cookie.empty());
  return references;
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
