-- One row an object of a connected directory. Ids are dense and rise: rows of an import are appended
-- to the table's end, which is the cheapest thing a B-tree can be asked for.
CREATE TABLE cs_object (
  id INTEGER PRIMARY KEY,
  connector INTEGER NOT NULL,
  type INTEGER NOT NULL,
  state INTEGER NOT NULL,   -- bits, see store/connector_space.h
  anchor BLOB,              -- NULL: a placeholder, or provisioned and not answered yet
  dn TEXT NOT NULL,
  dn_hash INTEGER NOT NULL, -- seeded xxh3-64 of the DN's key; 0: lost its DN to another object
  image BLOB,               -- as last imported; NULL: never imported
  state_hash BLOB           -- xxh3-128 of all an import said of it (image, references, DN, type):
                            -- "did it change" needs no look at the image, and resolves no reference
) STRICT;

-- References as links from object to object, so that renaming a target rewrites no referrer and a
-- group of 250,000 pays one row for one new member.
CREATE TABLE cs_reference (
  owner INTEGER NOT NULL,
  attribute INTEGER NOT NULL,
  target INTEGER NOT NULL,
  PRIMARY KEY (owner, attribute, target)
) STRICT, WITHOUT ROWID;

-- What synchronization has to look at: work is found here, never by scanning cs_object.
CREATE TABLE cs_pending_import (
  object INTEGER PRIMARY KEY,
  connector INTEGER NOT NULL,
  what INTEGER NOT NULL,    -- bits, see store/connector_space.h
  changed_at INTEGER NOT NULL  -- in the directory, see store/change_times.h; 0: not counted
) STRICT;
CREATE TABLE cs_pending_reference (
  owner INTEGER NOT NULL,
  attribute INTEGER NOT NULL,
  target INTEGER NOT NULL,
  added INTEGER NOT NULL,   -- 1 added, 0 removed
  PRIMARY KEY (owner, attribute, target)
) STRICT, WITHOUT ROWID;

-- Where the next delta import resumes. No row: read everything.
CREATE TABLE watermark (
  connector INTEGER NOT NULL,
  partition TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (connector, partition)
) STRICT, WITHOUT ROWID;

-- Errors stay on their object until the same work succeeds. phase: 1 import, 2 synchronization, 3 export.
CREATE TABLE cs_error (
  object INTEGER NOT NULL,
  phase INTEGER NOT NULL,
  type TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (object, phase)
) STRICT, WITHOUT ROWID;
