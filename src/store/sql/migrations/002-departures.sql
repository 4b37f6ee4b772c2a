CREATE TABLE departure (
  id INTEGER PRIMARY KEY,
  object INTEGER NOT NULL,
  connector INTEGER NOT NULL,
  type INTEGER NOT NULL,
  dn TEXT NOT NULL,
  names TEXT NOT NULL,
  anchor BLOB NOT NULL,
  kind INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  detail TEXT NOT NULL,
  run INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX departure_object ON departure (object);
CREATE INDEX departure_cause ON departure (cause);
