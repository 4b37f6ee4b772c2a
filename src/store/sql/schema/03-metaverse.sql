CREATE TABLE mv_object (
  id INTEGER PRIMARY KEY,
  type INTEGER NOT NULL,
  record BLOB NOT NULL,
  lineage BLOB NOT NULL     -- which rule and which object supplied each value
) STRICT;

-- At most one metaverse object for a connector-space object. in_rule is the rule that joined or
-- projected it, out_rule the one that provisioned or joined it from the metaverse; 0: none.
CREATE TABLE link (
  object INTEGER PRIMARY KEY,
  connector INTEGER NOT NULL,
  mv INTEGER NOT NULL,
  in_rule INTEGER NOT NULL,
  out_rule INTEGER NOT NULL,
  since INTEGER NOT NULL
) STRICT;

-- Values of metaverse attributes that some rule joins on. hash is over the folded value; a hit is
-- checked against the record.
CREATE TABLE mv_key (
  attribute INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  mv INTEGER NOT NULL,
  PRIMARY KEY (attribute, hash, mv)
) STRICT, WITHOUT ROWID;

-- The same for connector-space objects that are not linked: how a new metaverse object finds the
-- cloud object that was there before it, without looking at every disconnector.
CREATE TABLE disconnector_key (
  connector INTEGER NOT NULL,
  attribute INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  object INTEGER NOT NULL,
  PRIMARY KEY (connector, attribute, hash, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX disconnector_key_object ON disconnector_key (object);
