CREATE TABLE departure (
  id INTEGER PRIMARY KEY,
  object INTEGER NOT NULL,      -- the number it had
  connector INTEGER NOT NULL,
  type INTEGER NOT NULL,
  dn TEXT NOT NULL,
  names TEXT NOT NULL,          -- what people call it, one a line
  anchor BLOB NOT NULL,
  kind INTEGER NOT NULL,        -- store/departures.h
  cause INTEGER NOT NULL,       -- the object whose change led to it; 0: its own
  detail TEXT NOT NULL,
  run INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX departure_object ON departure (object);
CREATE INDEX departure_cause ON departure (cause);
