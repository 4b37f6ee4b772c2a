-- What outbound rules want an object to be. An attribute with count 0 is to be absent; an attribute
-- that is not named is none of our business.
CREATE TABLE cs_wanted (
  object INTEGER PRIMARY KEY,
  image BLOB NOT NULL,
  lineage BLOB NOT NULL,
  accepted BLOB NOT NULL    -- values sent and accepted of attributes that the directory rewrites as it likes
) STRICT;

-- There is something to export: wanted is not what is known (imported, with unconfirmed applied).
-- operation: 1 add, 2 update, 3 delete. The change itself is computed when it is needed.
CREATE TABLE cs_pending_export (
  object INTEGER PRIMARY KEY,
  connector INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  changed_at INTEGER NOT NULL  -- of the oldest change behind it, see store/change_times.h
) STRICT;

-- References: wanted minus imported. state: 0 to be sent, 1 sent and not yet seen by an import.
CREATE TABLE export_reference (
  owner INTEGER NOT NULL,
  attribute INTEGER NOT NULL,
  target INTEGER NOT NULL,
  added INTEGER NOT NULL,   -- 1 add, 0 remove
  state INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,  -- as in cs_pending_export
  PRIMARY KEY (owner, attribute, target)
) STRICT, WITHOUT ROWID;

-- Answered with success and not yet seen by an import: the export memory.
CREATE TABLE cs_unconfirmed (
  object INTEGER PRIMARY KEY,
  operation INTEGER NOT NULL,
  delta BLOB NOT NULL,
  exported_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL  -- as in cs_pending_export
) STRICT;

-- Written before a batch is sent and completed when it is answered. A row without an answer is work
-- that may have happened: it is sent again as a retry, which connectors make idempotent.
CREATE TABLE export_journal (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  object INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  answered_at INTEGER,
  outcome TEXT,             -- "success" or the error's type
  delta BLOB                -- updates: what was written
) STRICT;
CREATE INDEX export_journal_open ON export_journal (object) WHERE answered_at IS NULL;
-- 'why' asks for what was sent of one object; the row's id comes with the index, so newest first costs nothing.
CREATE INDEX export_journal_object ON export_journal (object);
