// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/entry/entry_reader.h"
#include "connectors/ldap/session.h"

namespace tandem::connectors::ldap {

// Reads page after page (RFC 2696) until the server says that it was the last. Any result but
// success, and an answer without its cookie, is an error: what was read is not the whole.
Result<std::vector<std::string>> pagedSearch(Session& session,
                                             SearchRequest request,
                                             std::uint32_t page_size,
                                             const SearchHandler& handler);

// An attribute of which the server sent only the first values (Active Directory: 1,500).
struct OpenRange {
  std::string attribute;
  std::uint32_t next = 0;
};

// Hands the entry's attributes to the reader.
void readAttributes(EntryCursor& cursor, entry::EntryReader& reader, std::vector<OpenRange>& open);
// Fetches the values that are missing, range by range, to the last.
Result<void> followRanges(Session& session,
                          entry::EntryReader& reader,
                          std::vector<OpenRange>& open,
                          const std::vector<Control>& controls);

// Searches a subtree in pages and hands over each entry whole, ranges and all.
struct WholeEntries {
  entry::EntryReader* reader = nullptr;
  std::function<Result<void>()> on_entry;  // reader holds the entry
  std::function<bool()> is_cancelled;
};
Result<std::vector<std::string>> readWholeEntries(Session& session,
                                                  const SearchRequest& request,
                                                  const WholeEntries& target);

// "(|(objectClass=user)(objectClass=group))"
std::string classFilter(const std::vector<std::string>& classes);
// "\6c\f9…": every octet, as RFC 4515 allows.
std::string escapeFilterOctets(std::string_view bytes);

}  // namespace tandem::connectors::ldap
