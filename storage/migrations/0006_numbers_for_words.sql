-- min_reader: 6
-- A million trials in little more than half the space: words that every row repeats become numbers,
-- what follows from other columns is worked out when it is read, and the ordinary life of a trial
-- is two numbers in its attempt's row instead of two rows of the log.
DROP VIEW v_trials;
DROP VIEW v_measurements;

CREATE TABLE counters (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  tells           INTEGER NOT NULL,   -- outcomes told so far: the next value of trials.told
  events          INTEGER NOT NULL    -- rows of the log so far: its last `seq`
) STRICT;
INSERT INTO counters
  SELECT 1, tells, (SELECT coalesce(max(seq), 0) FROM events) FROM study;
CREATE TABLE study_of_6 (
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
INSERT INTO study_of_6
  SELECT id, name, spec, config_text, config_path, seed, objectives, winnow_version, created_at,
    run_time_s, ending FROM study;
DROP TABLE study;
ALTER TABLE study_of_6 RENAME TO study;
ALTER TABLE sessions ADD COLUMN token TEXT;

CREATE TABLE metrics (
  id              INTEGER PRIMARY KEY,
  name            TEXT NOT NULL UNIQUE
) STRICT;
INSERT OR IGNORE INTO metrics
  SELECT -1 - o.key, o.value ->> '$.metric' FROM study, json_each(study.objectives) o;
INSERT INTO metrics
  SELECT row_number() OVER (ORDER BY metric) - 1, metric
  FROM (SELECT metric FROM results UNION SELECT metric FROM measurements)
  WHERE metric NOT IN (SELECT name FROM metrics);

CREATE TABLE shapes (
  id              INTEGER PRIMARY KEY,
  names           TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO shapes(names)
  SELECT DISTINCT (SELECT json_group_array(p.key) FROM json_each(point) p) FROM configurations;

CREATE TABLE configurations_of_6 (
  id              INTEGER PRIMARY KEY,
  shape           INTEGER NOT NULL REFERENCES shapes(id),
  "values"        TEXT NOT NULL,         -- JSON array, a value for each name of the shape
  hash            INTEGER NOT NULL       -- 32 bits of the point's: no two rows have the same point
) STRICT;
INSERT INTO configurations_of_6
  SELECT id,
    (SELECT s.id FROM shapes s
     WHERE s.names = (SELECT json_group_array(p.key) FROM json_each(point) p)),
    (SELECT '[' || coalesce(group_concat(point -> p.fullkey, ','), '') || ']' FROM json_each(point) p),
    (hash & 4294967295) - 4294967296 * ((hash & 4294967295) >= 2147483648)
  FROM configurations;
DROP TABLE configurations;
ALTER TABLE configurations_of_6 RENAME TO configurations;
CREATE INDEX configurations_by_hash ON configurations(hash);

CREATE TABLE trials_of_6 (
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
INSERT INTO trials_of_6(number, configuration, role_code, parent, max_steps, memo, seed, data_seed,
  fold, replicate, history, state_code, reason, told)
  SELECT number, configuration,
    CASE role WHEN 'search' THEN 0 WHEN 'replicate' THEN 1 ELSE 2 END, parent, max_steps,
    nullif(memo, '[]'), seed, data_seed, fold, replicate, history,
    CASE state WHEN 'completed' THEN 0 WHEN 'queued' THEN 1 WHEN 'running' THEN 2
    WHEN 'stopped' THEN 3 WHEN 'failed' THEN 4 ELSE 5 END, reason, told
  FROM trials;
DROP TABLE trials;
ALTER TABLE trials_of_6 RENAME TO trials;
CREATE INDEX trials_by_state ON trials(state_code) WHERE state_code <> 0;

CREATE TABLE results_of_6 (
  trial           INTEGER NOT NULL REFERENCES trials(number),
  metric          INTEGER NOT NULL REFERENCES metrics(id),
  value           REAL,                  -- NULL when not finite
  non_finite      TEXT CHECK (non_finite IN ('nan', 'inf', '-inf')),
  hash            INTEGER,               -- 32 bits of the row's (rows.hpp); NULL: of version 1
  PRIMARY KEY (trial, metric),
  CHECK ((value IS NULL) = (non_finite IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO results_of_6
  SELECT trial, m.id, value, non_finite,
    (hash & 4294967295) - 4294967296 * ((hash & 4294967295) >= 2147483648)
  FROM results JOIN metrics m ON m.name = metric;
DROP TABLE results;
ALTER TABLE results_of_6 RENAME TO results;
CREATE INDEX results_by_value ON results(metric, value) WHERE metric < 0;

CREATE TABLE attempts_of_6 (
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
INSERT INTO attempts_of_6(id, trial, ordinal, session, own_token, slot, gpus, own_folder, resumed_from,
  resumed_step, pid, pid_started, boot_id, report_offset, stop_cause, own_ending, counts, exit_code,
  signal, message, started_ms, ended_ms, elapsed_s, cpu_s, max_rss_bytes, stop_step, stop_reason,
  gpu_memory_bytes, gpu_utilisation, gpu_energy_j, started_seq, completed_seq)
  SELECT id, trial, ordinal, session, token, slot, nullif(gpus, '[]'),
    nullif(folder, printf('trials/%04d/attempt-%d', trial, ordinal)), resumed_from, resumed_step,
    pid, iif(state = 'ended', NULL, pid_started), boot_id, report_offset, stop_cause,
    nullif(ending, 'finished'), counts, exit_code, signal, message, started_ms,
    iif(state = 'ended', coalesce(ended_ms, started_ms), NULL), elapsed_s, cpu_s, max_rss_bytes,
    stop_step, stop_reason, gpu_memory_bytes, gpu_utilisation, gpu_energy_j,
    NULL, NULL
  FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_of_6 RENAME TO attempts;
CREATE INDEX attempts_by_token ON attempts(own_token) WHERE own_token IS NOT NULL;
CREATE INDEX attempts_not_ended ON attempts(ended_ms) WHERE ended_ms IS NULL;

-- Through the log once: it has no index by attempt.
UPDATE attempts SET started_seq = e.seq
  FROM events e WHERE e.kind = 'attempt_started' AND e.attempt = attempts.id
  AND e.session = attempts.session AND e.detail IS NULL;
UPDATE attempts SET completed_seq = e.seq
  FROM events e WHERE e.kind = 'trial_completed' AND e.trial = attempts.trial
  AND e.session = attempts.session AND e.detail IS NULL
  AND attempts.id = (SELECT max(b.id) FROM attempts b WHERE b.trial = e.trial);
DELETE FROM events WHERE seq IN (SELECT started_seq FROM attempts)
  OR seq IN (SELECT completed_seq FROM attempts);

CREATE TABLE measurements_of_6 (
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
INSERT INTO measurements_of_6
  SELECT attempt, line, m.id, step, value, non_finite, elapsed_s, superseded, is_final
  FROM measurements JOIN metrics m ON m.name = metric;
DROP TABLE measurements;
ALTER TABLE measurements_of_6 RENAME TO measurements;

CREATE VIEW log AS
  SELECT seq, session, kind, trial, attempt, detail, at_ms FROM events
  UNION ALL
  SELECT started_seq, session, 'attempt_started', trial, id, NULL, started_ms FROM attempts
  WHERE started_seq IS NOT NULL
  UNION ALL
  SELECT completed_seq, session, 'trial_completed', trial, NULL, NULL, ended_ms FROM attempts
  WHERE completed_seq IS NOT NULL;

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
