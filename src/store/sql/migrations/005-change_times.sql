-- When the change behind a row was made, and how long changes took. A new column goes to the end, so * keeps
-- its order.
ALTER TABLE cs_pending_import RENAME TO before_cs_pending_import;
CREATE TABLE cs_pending_import (
  object INTEGER PRIMARY KEY,
  connector INTEGER NOT NULL,
  what INTEGER NOT NULL,    -- bits, see store/connector_space.h
  changed_at INTEGER NOT NULL  -- in the directory, see store/change_times.h; 0: not counted
) STRICT;
INSERT INTO cs_pending_import SELECT *, 0 FROM before_cs_pending_import;
DROP TABLE before_cs_pending_import;
ALTER TABLE cs_pending_export RENAME TO before_cs_pending_export;
CREATE TABLE cs_pending_export (
  object INTEGER PRIMARY KEY,
  connector INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  changed_at INTEGER NOT NULL  -- of the oldest change behind it, see store/change_times.h
) STRICT;
INSERT INTO cs_pending_export SELECT *, 0 FROM before_cs_pending_export;
DROP TABLE before_cs_pending_export;
ALTER TABLE export_reference RENAME TO before_export_reference;
CREATE TABLE export_reference (
  owner INTEGER NOT NULL,
  attribute INTEGER NOT NULL,
  target INTEGER NOT NULL,
  added INTEGER NOT NULL,   -- 1 add, 0 remove
  state INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,  -- as in cs_pending_export
  PRIMARY KEY (owner, attribute, target)
) STRICT, WITHOUT ROWID;
INSERT INTO export_reference SELECT *, 0 FROM before_export_reference;
DROP TABLE before_export_reference;
ALTER TABLE cs_unconfirmed RENAME TO before_cs_unconfirmed;
CREATE TABLE cs_unconfirmed (
  object INTEGER PRIMARY KEY,
  operation INTEGER NOT NULL,
  delta BLOB NOT NULL,
  exported_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL  -- as in cs_pending_export
) STRICT;
INSERT INTO cs_unconfirmed SELECT *, 0 FROM before_cs_unconfirmed;
DROP TABLE before_cs_unconfirmed;
CREATE TABLE change_time (
  hour INTEGER NOT NULL,      -- hours since 1970
  stage INTEGER NOT NULL,     -- 1 the export was answered, 2 an import has confirmed it
  bucket INTEGER NOT NULL,    -- of seconds, log-spaced
  changes INTEGER NOT NULL,
  PRIMARY KEY (hour, stage, bucket)
) STRICT, WITHOUT ROWID;
