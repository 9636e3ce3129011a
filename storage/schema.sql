-- The study store: one study per file, every table STRICT. The orchestrator is the only writer.
-- What is queried is a column; points, memos and records are JSON text. Times: `at` columns are UTC
-- text for display only (`_ms`: milliseconds since 1970, where there are many); order is always an
-- integer. What there may be a million of is kept short: README.md says what a trial takes.

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
  ending          TEXT,               -- why the study is over, NULL while it is not
  tells           INTEGER NOT NULL DEFAULT 0  -- outcomes told so far: the next value of trials.told
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
  run_time_s      REAL NOT NULL DEFAULT 0   -- by a monotonic clock, up to about the last commit
) STRICT;

-- A point of the search space. Replicates are several trials of one configuration.
CREATE TABLE configurations (
  id              INTEGER PRIMARY KEY,
  point           TEXT NOT NULL,         -- JSON object, parameters in the order of the space
  hash            INTEGER NOT NULL       -- XXH3 of the point: no two rows have the same point
) STRICT;
CREATE INDEX configurations_by_hash ON configurations(hash);

CREATE TABLE trials (
  number          INTEGER PRIMARY KEY,   -- from 0, in the order of suggestion
  configuration   INTEGER NOT NULL REFERENCES configurations(id),
  role            TEXT NOT NULL CHECK (role IN ('search', 'replicate', 'baseline')),
  parent          INTEGER REFERENCES trials(number),
  max_steps       INTEGER,               -- the budget; NULL is the trial's own full length
  memo            TEXT NOT NULL,         -- JSON array of numbers
  seed            INTEGER NOT NULL,
  data_seed       INTEGER NOT NULL,
  fold            INTEGER,
  replicate       INTEGER NOT NULL DEFAULT 0,
  history         INTEGER NOT NULL,      -- outcomes told when this trial was suggested
  state           TEXT NOT NULL CHECK
                  (state IN ('queued', 'running', 'completed', 'stopped', 'failed', 'cancelled')),
  reason          TEXT,                  -- of an ending other than completed
  told            INTEGER UNIQUE,        -- the k-th outcome told to the searcher, NULL before
  elapsed_s       REAL NOT NULL DEFAULT 0  -- over all ended attempts
) STRICT;
-- Of a million trials nearly all are completed: those are what is left when the others are counted.
CREATE INDEX trials_by_state ON trials(state) WHERE state <> 'completed';

-- The value of each metric that counts for an ended trial (aggregated as the objective says).
CREATE TABLE results (
  trial           INTEGER NOT NULL REFERENCES trials(number),
  metric          TEXT NOT NULL,
  value           REAL,                  -- NULL when not finite
  non_finite      TEXT CHECK (non_finite IN ('nan', 'inf', '-inf')),
  hash            INTEGER,               -- XXH3 of the row (rows.hpp); NULL: written by version 1
  PRIMARY KEY (trial, metric),
  CHECK ((value IS NULL) = (non_finite IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX results_by_value ON results(metric, value);

-- One process (later: one cluster job). A trial may need several.
CREATE TABLE attempts (
  id              INTEGER PRIMARY KEY,
  trial           INTEGER NOT NULL REFERENCES trials(number),
  ordinal         INTEGER NOT NULL,      -- from 1 within the trial
  session         INTEGER NOT NULL REFERENCES sessions(id),
  token           TEXT NOT NULL,         -- random; in the environment of every process of the attempt
  slot            INTEGER NOT NULL,
  gpus            TEXT NOT NULL,         -- JSON array of device indices
  folder          TEXT NOT NULL,         -- beneath the study folder
  resumed_from    TEXT,                  -- checkpoint folder name the attempt started from
  resumed_step    INTEGER,               -- and its step
  state           TEXT NOT NULL CHECK (state IN ('starting', 'running', 'ended')),
  pid             INTEGER,               -- of the keeper
  pid_started     INTEGER,               -- field 22 of /proc/PID/stat: a pid alone is no identity
  boot_id         TEXT,                  -- NULL: that of the session
  report_offset   INTEGER NOT NULL DEFAULT 0,  -- bytes of the report file whose rows are committed
  stop_cause      TEXT,                  -- why it was told to end: study_stopping, timed_out, …
  ending          TEXT,                  -- how it ended: finished, crashed, lost, …
  counts          INTEGER NOT NULL DEFAULT 1 CHECK (counts IN (0, 1)),  -- against `retries`
  exit_code       INTEGER,
  signal          INTEGER,
  message         TEXT,
  started_ms      INTEGER NOT NULL,
  ended_ms        INTEGER,
  elapsed_s       REAL,                  -- while it runs: up to its last reports or heartbeat
  cpu_s           REAL,
  max_rss_bytes   INTEGER,
  stop_step       INTEGER,               -- of an early stop: the last step whose numbers count
  stop_reason     TEXT,                  -- and why
  gpu_memory_bytes INTEGER,              -- at most, over all its devices
  gpu_utilisation REAL,                  -- mean over time and devices, 0 to 1
  gpu_energy_j    REAL,
  UNIQUE (trial, ordinal)
) STRICT;
-- Eight digits of 128 random bits find the row.
CREATE INDEX attempts_by_token ON attempts(substr(token, 1, 8));
CREATE INDEX attempts_not_ended ON attempts(state) WHERE state <> 'ended';

-- Every number a trial reported, in the order of the report file.
CREATE TABLE measurements (
  attempt         INTEGER NOT NULL REFERENCES attempts(id),
  line            INTEGER NOT NULL,      -- byte offset of the report line
  metric          TEXT NOT NULL,
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

-- What happened, in order, as far as no other row says it; `seq` has no holes.
CREATE TABLE events (
  seq             INTEGER PRIMARY KEY,
  session         INTEGER REFERENCES sessions(id),
  kind            TEXT NOT NULL,
  trial           INTEGER REFERENCES trials(number),
  attempt         INTEGER REFERENCES attempts(id),
  detail          TEXT,                  -- JSON object; NULL: {}
  at_ms           INTEGER NOT NULL
) STRICT;

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
