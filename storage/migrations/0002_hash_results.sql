-- min_reader: 2
-- Results get a hash, by which silent damage of a value is found. The reasons of a stop lose the list
-- they were held to: SQLite cannot change a CHECK, so the table is built anew.
ALTER TABLE results ADD COLUMN hash INTEGER;

DROP VIEW v_trials;
DROP VIEW v_measurements;
CREATE TABLE attempts_of_2 (
  id              INTEGER PRIMARY KEY,
  trial           INTEGER NOT NULL REFERENCES trials(number),
  ordinal         INTEGER NOT NULL,      -- from 1 within the trial
  session         INTEGER NOT NULL REFERENCES sessions(id),
  token           TEXT NOT NULL UNIQUE,  -- random; in the environment of every process of the attempt
  slot            INTEGER NOT NULL,
  gpus            TEXT NOT NULL,         -- JSON array of device indices
  folder          TEXT NOT NULL,         -- beneath the study folder
  resumed_from    TEXT,                  -- checkpoint folder name the attempt started from
  resumed_step    INTEGER,               -- and its step
  state           TEXT NOT NULL CHECK (state IN ('starting', 'running', 'ended')),
  pid             INTEGER,               -- of the keeper
  pid_started     INTEGER,               -- field 22 of /proc/PID/stat: a pid alone is no identity
  boot_id         TEXT,
  report_offset   INTEGER NOT NULL DEFAULT 0,  -- bytes of the report file whose rows are committed
  stop_cause      TEXT,                  -- why it was told to end: study_stopping, timed_out, …
  ending          TEXT,                  -- how it ended: finished, crashed, lost, …
  counts          INTEGER NOT NULL DEFAULT 1 CHECK (counts IN (0, 1)),  -- against `retries`
  exit_code       INTEGER,
  signal          INTEGER,
  message         TEXT,
  started_at      TEXT NOT NULL,
  ended_at        TEXT,
  elapsed_s       REAL,                  -- while it runs: up to its last reports or heartbeat
  cpu_s           REAL,
  max_rss_bytes   INTEGER,
  UNIQUE (trial, ordinal)
) STRICT;
INSERT INTO attempts_of_2
  SELECT * FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_of_2 RENAME TO attempts;
CREATE INDEX attempts_not_ended ON attempts(state) WHERE state <> 'ended';

CREATE VIEW v_trials AS
  SELECT t.number, t.state, t.reason, c.point, t.role, t.seed, t.data_seed, t.fold, t.replicate,
         t.parent, t.max_steps, t.elapsed_s,
         (SELECT count(*) FROM attempts a WHERE a.trial = t.number) AS attempts,
         (SELECT '{' || coalesce(group_concat(json_quote(r.metric) || ':' || CASE
                   WHEN r.value IS NULL THEN json_quote(r.non_finite)
                   WHEN CAST(printf('%!.15g', r.value) AS REAL) = r.value THEN printf('%!.15g', r.value)
                   ELSE printf('%!.17g', r.value) END, ','), '') || '}'
            FROM results r WHERE r.trial = t.number) AS "values"
  FROM trials t JOIN configurations c ON c.id = t.configuration;

CREATE VIEW v_measurements AS
  SELECT a.trial, a.ordinal AS attempt, m.step, m.metric, m.value, m.non_finite, m.elapsed_s
  FROM measurements m JOIN attempts a ON a.id = m.attempt
  WHERE m.superseded = 0;
