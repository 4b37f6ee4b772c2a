-- What the small integers in all other tables mean. Rows are added and never changed or removed, so
-- a record or a lineage written years ago still reads.
CREATE TABLE attribute (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE object_type (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE connector (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE sync_rule (id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;

-- This server's own small facts: role, scheduler state, "indexes are being rebuilt", …
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
