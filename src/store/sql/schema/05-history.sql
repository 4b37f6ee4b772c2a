-- One row a run of a run profile on a connector, in the words of the Operations tab.
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  connector INTEGER NOT NULL,
  number INTEGER NOT NULL,      -- rises for each connector
  profile TEXT NOT NULL,
  cycle INTEGER NOT NULL,       -- runs of one cycle share it; 0: run by hand
  started_by TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  result TEXT NOT NULL,         -- "in-progress" until it ends
  message TEXT NOT NULL         -- why, when the result is not success
) STRICT;
CREATE INDEX run_connector ON run (connector, number);

CREATE TABLE run_step (
  run INTEGER NOT NULL,
  step INTEGER NOT NULL,
  partition TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  result TEXT NOT NULL,
  message TEXT NOT NULL,
  counters TEXT NOT NULL,       -- JSON: counter name → number
  PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

-- The objects behind a counter, so that each number can be opened.
CREATE TABLE run_object (
  run INTEGER NOT NULL,
  step INTEGER NOT NULL,
  counter TEXT NOT NULL,
  object INTEGER NOT NULL,
  dn TEXT NOT NULL,
  PRIMARY KEY (run, step, counter, object)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_error (
  run INTEGER NOT NULL,
  step INTEGER NOT NULL,
  object INTEGER NOT NULL,
  dn TEXT NOT NULL,
  type TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX run_error_run ON run_error (run);

-- Why objects went, kept as long as the run history: it answers "who deleted her?" when the object
-- itself is gone. A row only where something goes, so a bulk load pays nothing.
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
