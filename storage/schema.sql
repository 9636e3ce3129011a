-- The study store: one study per file, every table STRICT. The orchestrator is the only writer.
-- What is queried is a column; points, memos and records are JSON text. Times: `at` columns are UTC
-- text for display only (`_ms`: milliseconds since 1970, where there are many); order is always an
-- integer. What there may be a million of is kept short: README.md says what a trial takes. Columns
-- that follow from others are worked out when they are read (AS) and take nothing.

PRAGMA application_id = 0x574E4E57;  -- "WNNW"

CREATE TABLE study (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  name            TEXT NOT NULL,
  spec            TEXT NOT NULL,      -- normalised study file, JSON: what the orchestrator runs
  config_text     TEXT NOT NULL,      -- the study file as it was given
  config_path     TEXT NOT NULL,      -- where it was: relative paths start at its folder
  seed            INTEGER NOT NULL,   -- of the 64 bits, as a signed integer
  objectives      TEXT NOT NULL,      -- JSON array of {metric, goal}
  winnow_version  TEXT NOT NULL,
  created_at      TEXT NOT NULL,
  run_time_s      REAL NOT NULL DEFAULT 0,  -- of the sessions that have ended
  ending          TEXT                -- why the study is over, NULL while it is not
) STRICT;

-- What changes with every trial, apart from the study's long texts.
CREATE TABLE counters (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  tells           INTEGER NOT NULL,   -- outcomes told so far: the next value of trials.told
  events          INTEGER NOT NULL    -- rows of the log so far: its last `seq`
) STRICT;

-- One life of an orchestrator on this study. A killed one has no ended_at.
CREATE TABLE sessions (
  id              INTEGER PRIMARY KEY,
  pid             INTEGER NOT NULL,
  host            TEXT NOT NULL,
  boot_id         TEXT NOT NULL,
  winnow_version  TEXT NOT NULL,
  started_at      TEXT NOT NULL,
  ended_at        TEXT,
  run_time_s      REAL NOT NULL DEFAULT 0,  -- by a monotonic clock, up to about the last commit
  token           TEXT                      -- 128 random bits: the beginning of its attempts' tokens
) STRICT;

-- Names of what trials report. Those of the study's objectives have the numbers -1, -2, ...
CREATE TABLE metrics (
  id              INTEGER PRIMARY KEY,
  name            TEXT NOT NULL UNIQUE
) STRICT;

-- The names of a point's parameters, in the order of the space: a JSON array.
CREATE TABLE shapes (
  id              INTEGER PRIMARY KEY,
  names           TEXT NOT NULL UNIQUE
) STRICT;

-- A point of the search space. Replicates are several trials of one configuration.
CREATE TABLE configurations (
  id              INTEGER PRIMARY KEY,
  shape           INTEGER NOT NULL REFERENCES shapes(id),
  "values"        TEXT NOT NULL,         -- JSON array, a value for each name of the shape
  hash            INTEGER NOT NULL       -- 32 bits of the point's: no two rows have the same point
) STRICT;
CREATE INDEX configurations_by_hash ON configurations(hash);

CREATE TABLE trials (
  number          INTEGER PRIMARY KEY,   -- from 0, in the order of suggestion
  configuration   INTEGER NOT NULL REFERENCES configurations(id),
  role_code       INTEGER NOT NULL CHECK (role_code BETWEEN 0 AND 2),
  parent          INTEGER REFERENCES trials(number),
  max_steps       INTEGER,               -- the budget; NULL is the trial's own full length
  memo            TEXT,                  -- JSON array of numbers; NULL: []
  seed            INTEGER NOT NULL,
  data_seed       INTEGER NOT NULL,
  fold            INTEGER,
  replicate       INTEGER NOT NULL DEFAULT 0,
  history         INTEGER NOT NULL,      -- outcomes told when this trial was suggested
  state_code      INTEGER NOT NULL CHECK (state_code BETWEEN 0 AND 5),
  reason          TEXT,                  -- of an ending other than completed
  told            INTEGER UNIQUE,        -- the k-th outcome told to the searcher, NULL before
  role            TEXT NOT NULL AS (CASE role_code WHEN 0 THEN 'search' WHEN 1 THEN 'replicate'
                                    ELSE 'baseline' END),
  state           TEXT NOT NULL AS (CASE state_code WHEN 0 THEN 'completed' WHEN 1 THEN 'queued'
                                    WHEN 2 THEN 'running' WHEN 3 THEN 'stopped' WHEN 4 THEN 'failed'
                                    ELSE 'cancelled' END)
) STRICT;
-- Of a million trials nearly all are completed: those are what is left when the others are counted.
CREATE INDEX trials_by_state ON trials(state_code) WHERE state_code <> 0;

-- The value of each metric that counts for an ended trial (aggregated as the objective says).
CREATE TABLE results (
  trial           INTEGER NOT NULL REFERENCES trials(number),
  metric          INTEGER NOT NULL REFERENCES metrics(id),
  value           REAL,                  -- NULL when not finite
  non_finite      TEXT CHECK (non_finite IN ('nan', 'inf', '-inf')),
  hash            INTEGER,               -- 32 bits of the row's (rows.hpp); NULL: of version 1
  PRIMARY KEY (trial, metric),
  CHECK ((value IS NULL) = (non_finite IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX results_by_value ON results(metric, value) WHERE metric < 0;

-- One process (later: one cluster job). A trial may need several.
CREATE TABLE attempts (
  id              INTEGER PRIMARY KEY,
  trial           INTEGER NOT NULL REFERENCES trials(number),
  ordinal         INTEGER NOT NULL,      -- from 1 within the trial
  session         INTEGER NOT NULL REFERENCES sessions(id),
  own_token       TEXT,                  -- NULL: the session's token, '-', trial, '-', ordinal
  slot            INTEGER NOT NULL,
  gpus            TEXT,                  -- JSON array of device indices; NULL: []
  own_folder      TEXT,                  -- NULL: the usual name
  resumed_from    TEXT,                  -- checkpoint folder name the attempt started from
  resumed_step    INTEGER,               -- and its step
  pid             INTEGER,               -- of the keeper
  pid_started     INTEGER,               -- field 22 of /proc/PID/stat, until it has ended
  boot_id         TEXT,                  -- NULL: that of the session
  report_offset   INTEGER NOT NULL DEFAULT 0,  -- bytes of the report file whose rows are committed
  stop_cause      TEXT,                  -- why it was told to end: study_stopping, timed_out, …
  own_ending      TEXT,                  -- how it ended; NULL: finished, or not at all yet
  counts          INTEGER NOT NULL DEFAULT 1 CHECK (counts IN (0, 1)),  -- against `retries`
  exit_code       INTEGER,
  signal          INTEGER,
  message         TEXT,
  started_ms      INTEGER NOT NULL,
  ended_ms        INTEGER,               -- NULL: it goes on
  elapsed_s       REAL,                  -- while it runs: up to its last reports or heartbeat
  cpu_s           REAL,
  max_rss_bytes   INTEGER,
  stop_step       INTEGER,               -- of an early stop: the last step whose numbers count
  stop_reason     TEXT,                  -- and why
  gpu_memory_bytes INTEGER,              -- at most, over all its devices
  gpu_utilisation REAL,                  -- mean over time and devices, 0 to 1
  gpu_energy_j    REAL,
  started_seq     INTEGER,               -- of the log: "attempt_started" of this row (view log)
  completed_seq   INTEGER,               -- of the log: "trial_completed" at the end of this attempt
  state           TEXT NOT NULL AS (CASE WHEN ended_ms IS NOT NULL THEN 'ended'
                                    WHEN pid IS NOT NULL THEN 'running' ELSE 'starting' END),
  ending          TEXT AS (CASE WHEN ended_ms IS NOT NULL THEN coalesce(own_ending, 'finished') END),
  folder          TEXT NOT NULL AS (coalesce(own_folder,
                                    printf('trials/%04d/attempt-%d', trial, ordinal))),
  UNIQUE (trial, ordinal)
) STRICT;
CREATE INDEX attempts_by_token ON attempts(own_token) WHERE own_token IS NOT NULL;
CREATE INDEX attempts_not_ended ON attempts(ended_ms) WHERE ended_ms IS NULL;

-- Every number a trial reported, in the order of the report file.
CREATE TABLE measurements (
  attempt         INTEGER NOT NULL REFERENCES attempts(id),
  line            INTEGER NOT NULL,      -- byte offset of the report line
  metric          INTEGER NOT NULL REFERENCES metrics(id),
  step            INTEGER NOT NULL,
  value           REAL,                  -- NULL when not finite
  non_finite      TEXT CHECK (non_finite IN ('nan', 'inf', '-inf')),
  elapsed_s       REAL NOT NULL,
  superseded      INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),  -- by a later attempt
  is_final        INTEGER NOT NULL DEFAULT 0 CHECK (is_final IN (0, 1)),  -- of a `finished` line
  PRIMARY KEY (attempt, line, metric),
  CHECK ((value IS NULL) = (non_finite IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Folders beneath the trial's `checkpoints` that a trial reported.
CREATE TABLE checkpoints (
  id              INTEGER PRIMARY KEY,
  trial           INTEGER NOT NULL REFERENCES trials(number),
  attempt         INTEGER NOT NULL REFERENCES attempts(id),
  step            INTEGER NOT NULL,
  path            TEXT NOT NULL,
  superseded      INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),  -- not offered any more
  UNIQUE (attempt, path)
) STRICT;
CREATE INDEX checkpoints_by_trial ON checkpoints(trial);

-- Scores of single examples of an evaluation, for paired tests between trials.
CREATE TABLE example_scores (
  trial           INTEGER NOT NULL REFERENCES trials(number),
  dataset         TEXT NOT NULL,         -- "validation", "test"
  metric          TEXT NOT NULL,
  example         INTEGER NOT NULL,
  score           REAL NOT NULL,
  PRIMARY KEY (trial, dataset, metric, example)
) STRICT, WITHOUT ROWID;

-- What was decided and why: the chosen trial, a stopped trial, a retry, a test of significance.
CREATE TABLE decisions (
  id              INTEGER PRIMARY KEY,
  kind            TEXT NOT NULL,
  trial           INTEGER REFERENCES trials(number),
  record          TEXT NOT NULL,         -- JSON: the numbers the decision rests on
  at              TEXT NOT NULL
) STRICT;

-- What happened, as far as no other row says it: view log.
CREATE TABLE events (
  seq             INTEGER PRIMARY KEY,
  session         INTEGER REFERENCES sessions(id),
  kind            TEXT NOT NULL,
  trial           INTEGER REFERENCES trials(number),
  attempt         INTEGER REFERENCES attempts(id),
  detail          TEXT,                  -- JSON object; NULL: {}
  at_ms           INTEGER NOT NULL
) STRICT;

-- What happened, in the order of `seq`, which has no holes. That an attempt started, and that it
-- completed its trial in the same session, is a number in its own row.
CREATE VIEW log AS
  SELECT seq, session, kind, trial, attempt, detail, at_ms FROM events
  UNION ALL
  SELECT started_seq, session, 'attempt_started', trial, id, NULL, started_ms FROM attempts
  WHERE started_seq IS NOT NULL
  UNION ALL
  SELECT completed_seq, session, 'trial_completed', trial, NULL, NULL, ended_ms FROM attempts
  WHERE completed_seq IS NOT NULL;

-- The versions this file has had; the last is also `PRAGMA user_version`.
CREATE TABLE migrations (
  version         INTEGER PRIMARY KEY,
  min_reader      INTEGER NOT NULL,      -- a program of this version can still read the file
  winnow_version  TEXT NOT NULL,
  at              TEXT NOT NULL
) STRICT;

-- Stable views: what other tools may rely on in every later version.
-- "values" is a JSON object by metric, "nan", "inf" and "-inf" as text; put together by hand because
-- json_group_object() keeps 15 digits only.
CREATE VIEW v_trials AS
  SELECT t.number, t.state, t.reason,
         (SELECT '{' || coalesce(group_concat(json_quote(n.value) || ':' || (c."values" -> n.key),
                   ','), '') || '}' FROM shapes s, json_each(s.names) n WHERE s.id = c.shape) AS point,
         t.role, t.seed, t.data_seed, t.fold, t.replicate, t.parent, t.max_steps,
         (SELECT total(a.elapsed_s) FROM attempts a WHERE a.trial = t.number) AS elapsed_s,
         (SELECT count(*) FROM attempts a WHERE a.trial = t.number) AS attempts,
         (SELECT '{' || coalesce(group_concat(json_quote(r.name) || ':' || CASE
                   WHEN r.value IS NULL THEN json_quote(r.non_finite)
                   WHEN CAST(printf('%!.15g', r.value) AS REAL) = r.value THEN printf('%!.15g', r.value)
                   ELSE printf('%!.17g', r.value) END, ','), '') || '}'
            FROM (SELECT m.name, v.value, v.non_finite FROM results v JOIN metrics m
                  ON m.id = v.metric WHERE v.trial = t.number ORDER BY m.name) r) AS "values"
  FROM trials t JOIN configurations c ON c.id = t.configuration;

CREATE VIEW v_measurements AS
  SELECT a.trial, a.ordinal AS attempt, m.step, n.name AS metric, m.value, m.non_finite, m.elapsed_s
  FROM measurements m JOIN attempts a ON a.id = m.attempt JOIN metrics n ON n.id = m.metric
  WHERE m.superseded = 0;
