-- min_reader: 2
-- Trials may be stopped early (stop_cause early_stop): where, and why.
ALTER TABLE attempts ADD COLUMN stop_step INTEGER;
ALTER TABLE attempts ADD COLUMN stop_reason TEXT;
