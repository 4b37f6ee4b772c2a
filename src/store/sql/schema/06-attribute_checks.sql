-- Objects to be held against the attribute checks again: what is wanted of them changed, or, of an
-- object that is not ours, what was imported.
CREATE TABLE check_pending (object INTEGER PRIMARY KEY) STRICT;

-- Who claims a value that only one object of a tenant can have. hash is over the folded value and the
-- connector. Rows are hints: each object has one for what it claims now, and may have some for what it
-- claimed once; a hit is checked against the object.
CREATE TABLE claimed_value (
  hash INTEGER NOT NULL,
  object INTEGER NOT NULL,
  PRIMARY KEY (hash, object)
) STRICT, WITHOUT ROWID;

-- What the checks found. No values: those are in the objects.
CREATE TABLE attribute_finding (
  object INTEGER NOT NULL,
  check_id TEXT NOT NULL,
  other INTEGER NOT NULL,     -- duplicates: an object that has the value too; 0: none
  severity INTEGER NOT NULL,  -- 1 warning, 2 error
  PRIMARY KEY (object, check_id, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX attribute_finding_other ON attribute_finding (other) WHERE other != 0;
