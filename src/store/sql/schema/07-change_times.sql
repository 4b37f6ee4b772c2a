-- How long changes took from their directory to the target, as numbers an hour: store/change_times.h.
CREATE TABLE change_time (
  hour INTEGER NOT NULL,      -- hours since 1970
  stage INTEGER NOT NULL,     -- 1 the export was answered, 2 an import has confirmed it
  bucket INTEGER NOT NULL,    -- of seconds, log-spaced
  changes INTEGER NOT NULL,
  PRIMARY KEY (hour, stage, bucket)
) STRICT, WITHOUT ROWID;
