CREATE INDEX export_journal_object ON export_journal (object);
