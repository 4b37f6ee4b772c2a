// SPDX-License-Identifier: Apache-2.0
#include "store/claimed_values.h"

namespace tandem::store {

void replaceClaimedValues(Database& database,
                          ConnectorId connector,
                          const std::vector<std::pair<std::int64_t, std::int64_t>>& entries) {
  std::vector<bool> is_there(entries.size());
  std::vector<std::pair<std::int64_t, std::int64_t>> extra;
  {
    std::size_t at = 0;
    Statement rows(database, "SELECT hash, object FROM claimed_value ORDER BY hash, object");
    while (rows.step()) {
      const std::pair row(rows.integer(0), rows.integer(1));
      while (at < entries.size() && entries[at] < row)
        ++at;
      if (at < entries.size() && entries[at] == row) {
        is_there[at] = true;
      } else {
        extra.push_back(row);
      }
    }
  }
  // What is another tenant's is no business of ours.
  Statement remove(database,
                   "DELETE FROM claimed_value WHERE hash = ?1 AND object = ?2 AND "
                   "ifnull((SELECT connector FROM cs_object WHERE id = ?2), ?3) = ?3");
  for (const auto& [hash, object] : extra) {
    remove.bind(1, hash).bind(2, object).bind(3, connector.raw()).step();
    remove.reset();
  }
  Statement add(database, "INSERT INTO claimed_value VALUES (?1, ?2)");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (is_there[i]) continue;
    add.bind(1, entries[i].first).bind(2, entries[i].second).step();
    add.reset();
  }
}

std::vector<ConnectorObjectId> objectsWithFindings(Database& database, ConnectorId connector) {
  Statement rows(database,
                 "SELECT DISTINCT f.object FROM attribute_finding f JOIN cs_object o "
                 "ON o.id = f.object WHERE o.connector = ?1 ORDER BY f.object");
  rows.bind(1, connector.raw());
  std::vector<ConnectorObjectId> ids;
  while (rows.step())
    ids.emplace_back(rows.integer(0));
  return ids;
}

}  // namespace tandem::store
