-- SPDX-License-Identifier: Apache-2.0
-- The tenant's objects and links, as its memory holds them. Numbers are dense and rise with time,
-- so nearly every insert is at the end of its tree.
CREATE TABLE objects (
  number INTEGER PRIMARY KEY,
  record BLOB NOT NULL            -- encodeObject()
);
CREATE TABLE members (
  group_number  INTEGER NOT NULL,
  change_number INTEGER NOT NULL, -- under which the member was added
  member_number INTEGER NOT NULL,
  PRIMARY KEY (group_number, change_number)
) WITHOUT ROWID;
-- What a delta must still report.
CREATE TABLE removed_members (
  change_number INTEGER PRIMARY KEY,
  group_number  INTEGER NOT NULL,
  member_number INTEGER NOT NULL
);
-- Tenant id, domains, apps, synchronization settings, open extensions: one JSON text a key.
CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
