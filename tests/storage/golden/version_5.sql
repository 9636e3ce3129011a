-- The study of version_1.sql as schema version 5 holds it.
PRAGMA application_id = 0x574E4E57;
PRAGMA user_version = 5;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
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
INSERT INTO "attempts" VALUES(1,0,1,1,'f4d44220e9e082432a169b39663be5b0',0,'[]','trials/0000/attempt-1',NULL,NULL,'ended',16567,118556,NULL,170,NULL,'crashed',1,NULL,9,'signal 9 (Killed)',1795995741405,1795995741462,0.027572,2.46499999999999974339e-03,3125248,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(2,1,1,1,'b2e9a16e127e4f5410d6dd24fb5f5ee6',1,'[]','trials/0001/attempt-1',NULL,NULL,'ended',16569,118556,NULL,0,NULL,'config_wrong',1,64,NULL,'exit code 64; its log ends: ',1795995741425,1795995741497,0.022858,0.001031,3162112,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(3,0,2,1,'9f74a786d966d2357cf63bfd61539dd2',0,'[]','trials/0000/attempt-2','step-1',1,'ended',16572,118562,NULL,126,NULL,'finished',1,0,NULL,NULL,1795995741473,1795995741529,0.003496,0.000896,3211264,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(4,2,1,1,'d9f71ecb974a90172fed7ab624420d55',1,'[]','trials/0002/attempt-1',NULL,NULL,'ended',16574,118570,NULL,43,NULL,'infeasible',1,1,NULL,'too steep',1795995741557,1795995741584,0.001745,0.000931,3268608,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(5,3,1,1,'3e98dcc389afc0bf567a31442f16f778',0,'[]','trials/0003/attempt-1',NULL,NULL,'ended',16576,118572,NULL,66,NULL,'non_finite',1,0,NULL,'eval_loss is nan',1795995741578,1795995741611,0.001144,0.000874,3276800,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(6,4,1,1,'e9fa0447b7fe22ce9d87c9f51f8f1b8b',1,'[]','trials/0004/attempt-1',NULL,NULL,'ended',16578,118574,NULL,296,NULL,'finished',1,0,NULL,NULL,1795995741597,1795995741661,0.035155,0.002268,3280896,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempts" VALUES(7,5,1,1,'aba3f439a65224fe413852fb52571e49',0,'[]','trials/0005/attempt-1',NULL,NULL,'ended',16581,118578,NULL,296,NULL,'finished',1,0,NULL,NULL,1795995741646,1795995741709,0.020017,0.002162,3284992,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE checkpoints (
  id              INTEGER PRIMARY KEY,
  trial           INTEGER NOT NULL REFERENCES trials(number),
  attempt         INTEGER NOT NULL REFERENCES attempts(id),
  step            INTEGER NOT NULL,
  path            TEXT NOT NULL,
  superseded      INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),  -- not offered any more
  UNIQUE (attempt, path)
) STRICT;
INSERT INTO "checkpoints" VALUES(1,0,1,1,'step-1',0);
INSERT INTO "checkpoints" VALUES(2,4,6,1,'step-1',0);
INSERT INTO "checkpoints" VALUES(3,5,7,1,'step-1',0);
CREATE TABLE configurations (
  id              INTEGER PRIMARY KEY,
  point           TEXT NOT NULL,         -- JSON object, parameters in the order of the space
  hash            INTEGER NOT NULL       -- XXH3 of the point: no two rows have the same point
) STRICT;
INSERT INTO "configurations" VALUES(1,'{"lr":0.00024854521979126426,"layers":4,"optimizer":"adamw"}',-4982121978645462756);
INSERT INTO "configurations" VALUES(2,'{"lr":0.01327639940579395,"layers":6,"optimizer":"lion"}',-1534976419572310532);
INSERT INTO "configurations" VALUES(3,'{"lr":0.004647979419429458,"layers":3,"optimizer":"adamw"}',4778612488142557883);
INSERT INTO "configurations" VALUES(4,'{"lr":2.7442923910460378e-05,"layers":3,"optimizer":"adamw"}',8730059653402259757);
INSERT INTO "configurations" VALUES(5,'{"lr":0.00019784095759122492,"layers":6,"optimizer":"adamw"}',-5784904212764900725);
INSERT INTO "configurations" VALUES(6,'{"lr":0.00450396619376984,"layers":6,"optimizer":"adamw"}',-3742567294715593473);
CREATE TABLE decisions (
  id              INTEGER PRIMARY KEY,
  kind            TEXT NOT NULL,
  trial           INTEGER REFERENCES trials(number),
  record          TEXT NOT NULL,         -- JSON: the numbers the decision rests on
  at              TEXT NOT NULL
) STRICT;
INSERT INTO "decisions" VALUES(1,'chosen',0,'{"version":1,"verdict":"not_tested","chosen":{"number":0,"state":"completed","params":{"lr":0.00024854521979126426,"layers":4,"optimizer":"adamw"},"values":{"eval_loss":0.1,"speed":"inf"},"seed":1605793990,"attempts":2,"seconds":0.031068},"baseline":null,"hypothesis":null,"alpha":null,"test":null,"p":null,"p_corrected":null,"effect":null,"interval":null,"pairs":null,"reasons":["the best score of the search is chosen; it is one noisy number, and the best of many. `selection:` in the study file has the winner proven on fresh seeds"],"metric":"eval_loss"}','2026-11-29T23:42:21.745Z');
CREATE TABLE events (
  seq             INTEGER PRIMARY KEY,
  session         INTEGER REFERENCES sessions(id),
  kind            TEXT NOT NULL,
  trial           INTEGER REFERENCES trials(number),
  attempt         INTEGER REFERENCES attempts(id),
  detail          TEXT,                  -- JSON object; NULL: {}
  at_ms           INTEGER NOT NULL
) STRICT;
INSERT INTO "events" VALUES(1,NULL,'session_began',NULL,NULL,'{"session":1}',1795995741365);
INSERT INTO "events" VALUES(2,1,'trial_added',0,NULL,NULL,1795995741405);
INSERT INTO "events" VALUES(3,1,'attempt_started',0,1,NULL,1795995741405);
INSERT INTO "events" VALUES(4,1,'trial_added',1,NULL,NULL,1795995741425);
INSERT INTO "events" VALUES(5,1,'attempt_started',1,2,NULL,1795995741425);
INSERT INTO "events" VALUES(6,1,'trial_requeued',0,1,NULL,1795995741462);
INSERT INTO "events" VALUES(7,1,'attempt_started',0,3,NULL,1795995741473);
INSERT INTO "events" VALUES(8,1,'trial_failed',1,NULL,NULL,1795995741497);
INSERT INTO "events" VALUES(9,1,'trial_completed',0,NULL,NULL,1795995741529);
INSERT INTO "events" VALUES(10,1,'trial_added',2,NULL,NULL,1795995741557);
INSERT INTO "events" VALUES(11,1,'attempt_started',2,4,NULL,1795995741557);
INSERT INTO "events" VALUES(12,1,'trial_added',3,NULL,NULL,1795995741578);
INSERT INTO "events" VALUES(13,1,'attempt_started',3,5,NULL,1795995741578);
INSERT INTO "events" VALUES(14,1,'trial_failed',2,NULL,NULL,1795995741584);
INSERT INTO "events" VALUES(15,1,'trial_added',4,NULL,NULL,1795995741597);
INSERT INTO "events" VALUES(16,1,'attempt_started',4,6,NULL,1795995741597);
INSERT INTO "events" VALUES(17,1,'trial_failed',3,NULL,NULL,1795995741611);
INSERT INTO "events" VALUES(18,1,'trial_added',5,NULL,NULL,1795995741646);
INSERT INTO "events" VALUES(19,1,'attempt_started',5,7,NULL,1795995741646);
INSERT INTO "events" VALUES(20,1,'trial_completed',4,NULL,NULL,1795995741661);
INSERT INTO "events" VALUES(21,1,'trial_completed',5,NULL,NULL,1795995741709);
INSERT INTO "events" VALUES(22,1,'decision_added',0,NULL,'{"kind":"chosen"}',1795995741745);
INSERT INTO "events" VALUES(23,1,'study_ended',NULL,NULL,'{"ending":"max_trials"}',1795995741745);
INSERT INTO "events" VALUES(24,1,'session_ended',NULL,NULL,'{"run_time_s":0.3840507660002004}',1795995741749);
CREATE TABLE example_scores (
  trial           INTEGER NOT NULL REFERENCES trials(number),
  dataset         TEXT NOT NULL,         -- "validation", "test"
  metric          TEXT NOT NULL,
  example         INTEGER NOT NULL,
  score           REAL NOT NULL,
  PRIMARY KEY (trial, dataset, metric, example)
) STRICT, WITHOUT ROWID;
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
INSERT INTO "measurements" VALUES(1,0,'eval_loss',1,0.7,NULL,0.027572,0,0);
INSERT INTO "measurements" VALUES(1,0,'speed',1,1.0e+300,NULL,0.027572,0,0);
INSERT INTO "measurements" VALUES(1,115,'eval_loss',2,0.65,NULL,0.027572,1,0);
INSERT INTO "measurements" VALUES(3,0,'eval_loss',2,0.1,NULL,0.003496,0,0);
INSERT INTO "measurements" VALUES(3,0,'speed',2,NULL,'inf',0.003496,0,0);
INSERT INTO "measurements" VALUES(3,69,'eval_loss',2,0.1,NULL,0.003496,0,1);
INSERT INTO "measurements" VALUES(5,0,'eval_loss',1,NULL,'nan',0.001144,0,0);
INSERT INTO "measurements" VALUES(5,0,'speed',1,2.0,NULL,0.001144,0,0);
INSERT INTO "measurements" VALUES(6,0,'eval_loss',1,0.7,NULL,0.035155,0,0);
INSERT INTO "measurements" VALUES(6,0,'speed',1,1.0e+300,NULL,0.035155,0,0);
INSERT INTO "measurements" VALUES(6,115,'eval_loss',2,0.65,NULL,0.035155,0,0);
INSERT INTO "measurements" VALUES(6,170,'eval_loss',2,0.14,NULL,0.035155,0,0);
INSERT INTO "measurements" VALUES(6,170,'speed',2,NULL,'inf',0.035155,0,0);
INSERT INTO "measurements" VALUES(6,239,'eval_loss',2,0.14,NULL,0.035155,0,1);
INSERT INTO "measurements" VALUES(7,0,'eval_loss',1,0.7,NULL,0.020017,0,0);
INSERT INTO "measurements" VALUES(7,0,'speed',1,1.0e+300,NULL,0.020017,0,0);
INSERT INTO "measurements" VALUES(7,115,'eval_loss',2,0.65,NULL,0.020017,0,0);
INSERT INTO "measurements" VALUES(7,170,'eval_loss',2,0.15,NULL,0.020017,0,0);
INSERT INTO "measurements" VALUES(7,170,'speed',2,NULL,'inf',0.020017,0,0);
INSERT INTO "measurements" VALUES(7,239,'eval_loss',2,0.15,NULL,0.020017,0,1);
CREATE TABLE migrations (
  version         INTEGER PRIMARY KEY,
  min_reader      INTEGER NOT NULL,      -- a program of this version can still read the file
  winnow_version  TEXT NOT NULL,
  at              TEXT NOT NULL
) STRICT;
INSERT INTO "migrations" VALUES(4,2,'0.1.0','2026-11-29T23:42:21.292Z');
INSERT INTO "migrations" VALUES(5,5,'0.1.0','2026-11-30T03:10:07.481Z');
CREATE TABLE results (
  trial           INTEGER NOT NULL REFERENCES trials(number),
  metric          TEXT NOT NULL,
  value           REAL,                  -- NULL when not finite
  non_finite      TEXT CHECK (non_finite IN ('nan', 'inf', '-inf')),
  hash            INTEGER,               -- XXH3 of the row (rows.hpp); NULL: written by version 1
  PRIMARY KEY (trial, metric),
  CHECK ((value IS NULL) = (non_finite IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO "results" VALUES(0,'eval_loss',0.1,NULL,-3627156906535480238);
INSERT INTO "results" VALUES(0,'speed',NULL,'inf',-6324549096546723256);
INSERT INTO "results" VALUES(3,'eval_loss',NULL,'nan',-2905390770661038988);
INSERT INTO "results" VALUES(3,'speed',2.0,NULL,2156781341095490457);
INSERT INTO "results" VALUES(4,'eval_loss',0.14,NULL,-6344838185727579336);
INSERT INTO "results" VALUES(4,'speed',NULL,'inf',490722404476178651);
INSERT INTO "results" VALUES(5,'eval_loss',0.15,NULL,6216546383078402527);
INSERT INTO "results" VALUES(5,'speed',NULL,'inf',986595412601399822);
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
INSERT INTO "sessions" VALUES(1,16565,'ada','00000000-0000-4000-8000-000000000000','0.1.0','2026-11-29T23:42:21.365Z','2026-11-29T23:42:21.749Z',3.84050766000200383132e-01);
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
INSERT INTO "study" VALUES(1,'released','{"version":1,"name":"released","description":"one of everything that the first schema can hold","method":"random","method_options":{"avoid_duplicates":true},"seed":18446744073709551615,"metrics":[{"name":"eval_loss","goal":"minimize","aggregate":"last"}],"parameters":{"lr":{"type":"float","min":1e-05,"max":0.1,"scale":"log"},"layers":{"type":"int","min":1,"max":9,"scale":"linear","step":1},"optimizer":{"values":["adamw","lion"],"ordered":false}},"points":[],"determinism":{"mode":"strict","lag":2},"limits":{"max_trials":6,"max_concurrent":2,"max_initial_failures":3},"trial":{"command":["./trial.sh"],"resources":{"gpus":0},"env":{},"retries":1,"stop":{"signal":"TERM","grace":"30s"}}}','name: released
description: one of everything that the first schema can hold
method: random
seed: 18446744073709551615
determinism: strict
metric: {name: eval_loss, goal: minimize}
parameters:
  lr: {min: 1.0e-5, max: 1.0e-1, scale: log}
  layers: {min: 1, max: 9}
  optimizer: {values: [adamw, lion]}
limits: {max_trials: 6, max_concurrent: 2}
trial: {command: [./trial.sh], retries: 1}
','/home/ada/studies/study.yaml',-1,'[{"metric":"eval_loss","goal":"minimize","aggregate":"last"}]','0.1.0','2026-11-29T23:42:21.292Z',3.84050766000200383132e-01,'max_trials',5);
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
INSERT INTO "trials" VALUES(0,1,'search',NULL,NULL,'[]',1605793990,1536908830,NULL,0,0,'completed',NULL,0,0.031068);
INSERT INTO "trials" VALUES(1,2,'search',NULL,NULL,'[]',1416482363,1342327477,NULL,0,0,'failed','config_wrong: exit code 64; its log ends: ',1,0.022858);
INSERT INTO "trials" VALUES(2,3,'search',NULL,NULL,'[]',274446097,1548060823,NULL,0,1,'failed','infeasible: too steep',2,0.001745);
INSERT INTO "trials" VALUES(3,4,'search',NULL,NULL,'[]',1900846077,2034477599,NULL,0,2,'failed','non_finite: eval_loss is nan',3,0.001144);
INSERT INTO "trials" VALUES(4,5,'search',NULL,NULL,'[]',752442075,1514211604,NULL,0,3,'completed',NULL,4,0.035155);
INSERT INTO "trials" VALUES(5,6,'search',NULL,NULL,'[]',2049559977,1277462209,NULL,0,4,'completed',NULL,NULL,0.020017);
CREATE INDEX configurations_by_hash ON configurations(hash);
CREATE INDEX trials_by_state ON trials(state) WHERE state <> 'completed';
CREATE INDEX results_by_value ON results(metric, value);
CREATE INDEX attempts_by_token ON attempts(substr(token, 1, 8));
CREATE INDEX attempts_not_ended ON attempts(state) WHERE state <> 'ended';
CREATE INDEX checkpoints_by_trial ON checkpoints(trial);
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
COMMIT;
