-- min_reader: 5
-- A million trials in less space: the log gives up what other rows say as well, times are integers,
-- and long texts are found by short keys.
DROP VIEW v_trials;
DROP VIEW v_measurements;

CREATE TABLE configurations_of_5 (
  id              INTEGER PRIMARY KEY,
  point           TEXT NOT NULL,         -- JSON object, parameters in the order of the space
  hash            INTEGER NOT NULL       -- XXH3 of the point: no two rows have the same point
) STRICT;
INSERT INTO configurations_of_5
  SELECT id, point, text_hash(point) FROM configurations;
DROP TABLE configurations;
ALTER TABLE configurations_of_5 RENAME TO configurations;
CREATE INDEX configurations_by_hash ON configurations(hash);

DROP INDEX trials_by_state;
CREATE INDEX trials_by_state ON trials(state) WHERE state <> 'completed';

CREATE TABLE attempts_of_5 (
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
INSERT INTO attempts_of_5 (id, trial, ordinal, session, token, slot, gpus, folder, resumed_from, resumed_step, state, pid,
pid_started, boot_id, report_offset, stop_cause, ending, counts, exit_code, signal, message,
started_ms, ended_ms, elapsed_s, cpu_s, max_rss_bytes, stop_step, stop_reason,
gpu_memory_bytes, gpu_utilisation, gpu_energy_j)
  SELECT
    id, trial, ordinal, session, token, slot, gpus, folder, resumed_from, resumed_step, state,
    pid, pid_started, nullif(boot_id, (SELECT s.boot_id FROM sessions s WHERE s.id = session)),
    report_offset, stop_cause, ending, counts, exit_code, signal, message,
    CAST(round((julianday(started_at) - 2440587.5) * 86400000) AS INTEGER),
    CAST(round((julianday(ended_at) - 2440587.5) * 86400000) AS INTEGER), elapsed_s, cpu_s,
    max_rss_bytes, stop_step, stop_reason, gpu_memory_bytes, gpu_utilisation, gpu_energy_j
  FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_of_5 RENAME TO attempts;
CREATE INDEX attempts_by_token ON attempts(substr(token, 1, 8));
CREATE INDEX attempts_not_ended ON attempts(state) WHERE state <> 'ended';

CREATE TABLE events_of_5 (
  seq             INTEGER PRIMARY KEY,
  session         INTEGER REFERENCES sessions(id),
  kind            TEXT NOT NULL,
  trial           INTEGER REFERENCES trials(number),
  attempt         INTEGER REFERENCES attempts(id),
  detail          TEXT,                  -- JSON object; NULL: {}
  at_ms           INTEGER NOT NULL
) STRICT;
INSERT INTO events_of_5
  SELECT row_number() OVER (ORDER BY seq), session,
    CASE kind WHEN 'trial_ended' THEN 'trial_' || json_extract(detail, '$.state') ELSE kind END,
    trial, attempt,
    CASE WHEN kind IN ('trial_ended', 'attempt_started') OR detail = '{}' THEN NULL ELSE detail END,
    CAST(round((julianday(at) - 2440587.5) * 86400000) AS INTEGER)
  FROM events
  WHERE kind NOT IN ('process_recorded', 'reports_added', 'attempt_ended', 'trial_told')
  ORDER BY seq;
DROP TABLE events;
ALTER TABLE events_of_5 RENAME TO events;

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
