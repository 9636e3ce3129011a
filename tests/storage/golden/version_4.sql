-- The study of version_1.sql as schema version 4 holds it.
PRAGMA application_id = 0x574E4E57;
PRAGMA user_version = 4;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
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
INSERT INTO study VALUES(1,'released','{"version":1,"name":"released","description":"one of everything that the first schema can hold","method":"random","method_options":{"avoid_duplicates":true},"seed":18446744073709551615,"metrics":[{"name":"eval_loss","goal":"minimize","aggregate":"last"}],"parameters":{"lr":{"type":"float","min":1e-05,"max":0.1,"scale":"log"},"layers":{"type":"int","min":1,"max":9,"scale":"linear","step":1},"optimizer":{"values":["adamw","lion"],"ordered":false}},"points":[],"determinism":{"mode":"strict","lag":2},"limits":{"max_trials":6,"max_concurrent":2,"max_initial_failures":3},"trial":{"command":["./trial.sh"],"resources":{"gpus":0},"env":{},"retries":1,"stop":{"signal":"TERM","grace":"30s"}}}',replace('name: released\ndescription: one of everything that the first schema can hold\nmethod: random\nseed: 18446744073709551615\ndeterminism: strict\nmetric: {name: eval_loss, goal: minimize}\nparameters:\n  lr: {min: 1.0e-5, max: 1.0e-1, scale: log}\n  layers: {min: 1, max: 9}\n  optimizer: {values: [adamw, lion]}\nlimits: {max_trials: 6, max_concurrent: 2}\ntrial: {command: [./trial.sh], retries: 1}\n','\n',char(10)),'/home/ada/studies/study.yaml',-1,'[{"metric":"eval_loss","goal":"minimize","aggregate":"last"}]','0.1.0','2026-11-29T23:42:21.292Z',0.38405076600020038313,'max_trials',5);
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
INSERT INTO sessions VALUES(1,16565,'ada','00000000-0000-4000-8000-000000000000','0.1.0','2026-11-29T23:42:21.365Z','2026-11-29T23:42:21.749Z',0.38405076600020038313);
CREATE TABLE configurations (
  id              INTEGER PRIMARY KEY,
  point           TEXT NOT NULL UNIQUE   -- JSON object, parameters in the order of the space
) STRICT;
INSERT INTO configurations VALUES(1,'{"lr":0.00024854521979126426,"layers":4,"optimizer":"adamw"}');
INSERT INTO configurations VALUES(2,'{"lr":0.01327639940579395,"layers":6,"optimizer":"lion"}');
INSERT INTO configurations VALUES(3,'{"lr":0.004647979419429458,"layers":3,"optimizer":"adamw"}');
INSERT INTO configurations VALUES(4,'{"lr":2.7442923910460378e-05,"layers":3,"optimizer":"adamw"}');
INSERT INTO configurations VALUES(5,'{"lr":0.00019784095759122492,"layers":6,"optimizer":"adamw"}');
INSERT INTO configurations VALUES(6,'{"lr":0.00450396619376984,"layers":6,"optimizer":"adamw"}');
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
INSERT INTO trials VALUES(0,1,'search',NULL,NULL,'[]',1605793990,1536908830,NULL,0,0,'completed',NULL,0,0.031067999999999998395);
INSERT INTO trials VALUES(1,2,'search',NULL,NULL,'[]',1416482363,1342327477,NULL,0,0,'failed','config_wrong: exit code 64; its log ends: ',1,0.022857999999999999846);
INSERT INTO trials VALUES(2,3,'search',NULL,NULL,'[]',274446097,1548060823,NULL,0,1,'failed','infeasible: too steep',2,0.0017450000000000000233);
INSERT INTO trials VALUES(3,4,'search',NULL,NULL,'[]',1900846077,2034477599,NULL,0,2,'failed','non_finite: eval_loss is nan',3,0.0011440000000000000515);
INSERT INTO trials VALUES(4,5,'search',NULL,NULL,'[]',752442075,1514211604,NULL,0,3,'completed',NULL,4,0.035154999999999998749);
INSERT INTO trials VALUES(5,6,'search',NULL,NULL,'[]',2049559977,1277462209,NULL,0,4,'completed',NULL,NULL,0.02001700000000000007);
CREATE TABLE results (
  trial           INTEGER NOT NULL REFERENCES trials(number),
  metric          TEXT NOT NULL,
  value           REAL,                  -- NULL when not finite
  non_finite      TEXT CHECK (non_finite IN ('nan', 'inf', '-inf')),
  hash            INTEGER,               -- XXH3 of the row (rows.hpp); NULL: written by version 1
  PRIMARY KEY (trial, metric),
  CHECK ((value IS NULL) = (non_finite IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO results VALUES(0,'eval_loss',0.10000000000000000555,NULL,-3627156906535480238);
INSERT INTO results VALUES(0,'speed',NULL,'inf',-6324549096546723256);
INSERT INTO results VALUES(3,'eval_loss',NULL,'nan',-2905390770661038988);
INSERT INTO results VALUES(3,'speed',2.0,NULL,2156781341095490457);
INSERT INTO results VALUES(4,'eval_loss',0.14000000000000001332,NULL,-6344838185727579336);
INSERT INTO results VALUES(4,'speed',NULL,'inf',490722404476178651);
INSERT INTO results VALUES(5,'eval_loss',0.14999999999999999444,NULL,6216546383078402527);
INSERT INTO results VALUES(5,'speed',NULL,'inf',986595412601399822);
CREATE TABLE attempts (
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
  stop_step       INTEGER,               -- of an early stop: the last step whose numbers count
  stop_reason     TEXT,                  -- and why
  gpu_memory_bytes INTEGER,              -- at most, over all its devices
  gpu_utilisation REAL,                  -- mean over time and devices, 0 to 1
  gpu_energy_j    REAL,
  UNIQUE (trial, ordinal)
) STRICT;
INSERT INTO attempts VALUES(1,0,1,1,'f4d44220e9e082432a169b39663be5b0',0,'[]','trials/0000/attempt-1',NULL,NULL,'ended',16567,118556,'00000000-0000-4000-8000-000000000000',170,NULL,'crashed',1,NULL,9,'signal 9 (Killed)','2026-11-29T23:42:21.405Z','2026-11-29T23:42:21.462Z',0.027571999999999999286,0.0024649999999999997433,3125248,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(2,1,1,1,'b2e9a16e127e4f5410d6dd24fb5f5ee6',1,'[]','trials/0001/attempt-1',NULL,NULL,'ended',16569,118556,'00000000-0000-4000-8000-000000000000',0,NULL,'config_wrong',1,64,NULL,'exit code 64; its log ends: ','2026-11-29T23:42:21.425Z','2026-11-29T23:42:21.497Z',0.022857999999999999846,0.0010310000000000000153,3162112,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(3,0,2,1,'9f74a786d966d2357cf63bfd61539dd2',0,'[]','trials/0000/attempt-2','step-1',1,'ended',16572,118562,'00000000-0000-4000-8000-000000000000',126,NULL,'finished',1,0,NULL,NULL,'2026-11-29T23:42:21.473Z','2026-11-29T23:42:21.529Z',0.0034959999999999999756,0.00089599999999999998655,3211264,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(4,2,1,1,'d9f71ecb974a90172fed7ab624420d55',1,'[]','trials/0002/attempt-1',NULL,NULL,'ended',16574,118570,'00000000-0000-4000-8000-000000000000',43,NULL,'infeasible',1,1,NULL,'too steep','2026-11-29T23:42:21.557Z','2026-11-29T23:42:21.584Z',0.0017450000000000000233,0.00093099999999999996994,3268608,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(5,3,1,1,'3e98dcc389afc0bf567a31442f16f778',0,'[]','trials/0003/attempt-1',NULL,NULL,'ended',16576,118572,'00000000-0000-4000-8000-000000000000',66,NULL,'non_finite',1,0,NULL,'eval_loss is nan','2026-11-29T23:42:21.578Z','2026-11-29T23:42:21.611Z',0.0011440000000000000515,0.0008739999999999999939,3276800,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(6,4,1,1,'e9fa0447b7fe22ce9d87c9f51f8f1b8b',1,'[]','trials/0004/attempt-1',NULL,NULL,'ended',16578,118574,'00000000-0000-4000-8000-000000000000',296,NULL,'finished',1,0,NULL,NULL,'2026-11-29T23:42:21.597Z','2026-11-29T23:42:21.661Z',0.035154999999999998749,0.0022680000000000000506,3280896,NULL,NULL,NULL,NULL,NULL);
INSERT INTO attempts VALUES(7,5,1,1,'aba3f439a65224fe413852fb52571e49',0,'[]','trials/0005/attempt-1',NULL,NULL,'ended',16581,118578,'00000000-0000-4000-8000-000000000000',296,NULL,'finished',1,0,NULL,NULL,'2026-11-29T23:42:21.646Z','2026-11-29T23:42:21.709Z',0.02001700000000000007,0.0021619999999999998593,3284992,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO measurements VALUES(1,0,'eval_loss',1,0.69999999999999995559,NULL,0.027571999999999999286,0,0);
INSERT INTO measurements VALUES(1,0,'speed',1,1.0000000000000000047e+300,NULL,0.027571999999999999286,0,0);
INSERT INTO measurements VALUES(1,115,'eval_loss',2,0.6500000000000000222,NULL,0.027571999999999999286,1,0);
INSERT INTO measurements VALUES(3,0,'eval_loss',2,0.10000000000000000555,NULL,0.0034959999999999999756,0,0);
INSERT INTO measurements VALUES(3,0,'speed',2,NULL,'inf',0.0034959999999999999756,0,0);
INSERT INTO measurements VALUES(3,69,'eval_loss',2,0.10000000000000000555,NULL,0.0034959999999999999756,0,1);
INSERT INTO measurements VALUES(5,0,'eval_loss',1,NULL,'nan',0.0011440000000000000515,0,0);
INSERT INTO measurements VALUES(5,0,'speed',1,2.0,NULL,0.0011440000000000000515,0,0);
INSERT INTO measurements VALUES(6,0,'eval_loss',1,0.69999999999999995559,NULL,0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,0,'speed',1,1.0000000000000000047e+300,NULL,0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,115,'eval_loss',2,0.6500000000000000222,NULL,0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,170,'eval_loss',2,0.14000000000000001332,NULL,0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,170,'speed',2,NULL,'inf',0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,239,'eval_loss',2,0.14000000000000001332,NULL,0.035154999999999998749,0,1);
INSERT INTO measurements VALUES(7,0,'eval_loss',1,0.69999999999999995559,NULL,0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,0,'speed',1,1.0000000000000000047e+300,NULL,0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,115,'eval_loss',2,0.6500000000000000222,NULL,0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,170,'eval_loss',2,0.14999999999999999444,NULL,0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,170,'speed',2,NULL,'inf',0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,239,'eval_loss',2,0.14999999999999999444,NULL,0.02001700000000000007,0,1);
CREATE TABLE checkpoints (
  id              INTEGER PRIMARY KEY,
  trial           INTEGER NOT NULL REFERENCES trials(number),
  attempt         INTEGER NOT NULL REFERENCES attempts(id),
  step            INTEGER NOT NULL,
  path            TEXT NOT NULL,
  superseded      INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),  -- not offered any more
  UNIQUE (attempt, path)
) STRICT;
INSERT INTO checkpoints VALUES(1,0,1,1,'step-1',0);
INSERT INTO checkpoints VALUES(2,4,6,1,'step-1',0);
INSERT INTO checkpoints VALUES(3,5,7,1,'step-1',0);
CREATE TABLE example_scores (
  trial           INTEGER NOT NULL REFERENCES trials(number),
  dataset         TEXT NOT NULL,         -- "validation", "test"
  metric          TEXT NOT NULL,
  example         INTEGER NOT NULL,
  score           REAL NOT NULL,
  PRIMARY KEY (trial, dataset, metric, example)
) STRICT, WITHOUT ROWID;
CREATE TABLE decisions (
  id              INTEGER PRIMARY KEY,
  kind            TEXT NOT NULL,
  trial           INTEGER REFERENCES trials(number),
  record          TEXT NOT NULL,         -- JSON: the numbers the decision rests on
  at              TEXT NOT NULL
) STRICT;
INSERT INTO decisions VALUES(1,'chosen',0,'{"version":1,"verdict":"not_tested","chosen":{"number":0,"state":"completed","params":{"lr":0.00024854521979126426,"layers":4,"optimizer":"adamw"},"values":{"eval_loss":0.1,"speed":"inf"},"seed":1605793990,"attempts":2,"seconds":0.031068},"baseline":null,"hypothesis":null,"alpha":null,"test":null,"p":null,"p_corrected":null,"effect":null,"interval":null,"pairs":null,"reasons":["the best score of the search is chosen; it is one noisy number, and the best of many. `selection:` in the study file has the winner proven on fresh seeds"],"metric":"eval_loss"}','2026-11-29T23:42:21.745Z');
CREATE TABLE events (
  seq             INTEGER PRIMARY KEY,
  session         INTEGER REFERENCES sessions(id),
  kind            TEXT NOT NULL,
  trial           INTEGER REFERENCES trials(number),
  attempt         INTEGER REFERENCES attempts(id),
  detail          TEXT NOT NULL,         -- JSON object
  at              TEXT NOT NULL
) STRICT;
INSERT INTO events VALUES(1,NULL,'session_began',NULL,NULL,'{"session":1}','2026-11-29T23:42:21.365Z');
INSERT INTO events VALUES(2,1,'trial_added',0,NULL,'{}','2026-11-29T23:42:21.405Z');
INSERT INTO events VALUES(3,1,'attempt_started',0,1,'{"ordinal":1,"slot":0}','2026-11-29T23:42:21.405Z');
INSERT INTO events VALUES(4,1,'process_recorded',0,1,'{"pid":16567}','2026-11-29T23:42:21.422Z');
INSERT INTO events VALUES(5,1,'trial_added',1,NULL,'{}','2026-11-29T23:42:21.425Z');
INSERT INTO events VALUES(6,1,'attempt_started',1,2,'{"ordinal":1,"slot":1}','2026-11-29T23:42:21.425Z');
INSERT INTO events VALUES(7,1,'process_recorded',1,2,'{"pid":16569}','2026-11-29T23:42:21.429Z');
INSERT INTO events VALUES(8,1,'reports_added',0,1,'{"checkpoints":1,"measurements":3,"offset":170}','2026-11-29T23:42:21.462Z');
INSERT INTO events VALUES(9,1,'attempt_ended',0,1,'{"ending":"crashed","counts":true,"signal":9,"message":"signal 9 (Killed)"}','2026-11-29T23:42:21.462Z');
INSERT INTO events VALUES(10,1,'trial_requeued',0,1,'{}','2026-11-29T23:42:21.462Z');
INSERT INTO events VALUES(11,1,'attempt_started',0,3,'{"ordinal":2,"slot":0,"resumed_from":"step-1"}','2026-11-29T23:42:21.473Z');
INSERT INTO events VALUES(12,1,'process_recorded',0,3,'{"pid":16572}','2026-11-29T23:42:21.489Z');
INSERT INTO events VALUES(13,1,'attempt_ended',1,2,'{"ending":"config_wrong","counts":true,"exit_code":64,"message":"exit code 64; its log ends: "}','2026-11-29T23:42:21.497Z');
INSERT INTO events VALUES(14,1,'trial_ended',1,NULL,'{"reason":"config_wrong: exit code 64; its log ends: ","state":"failed"}','2026-11-29T23:42:21.497Z');
INSERT INTO events VALUES(15,1,'reports_added',0,3,'{"checkpoints":0,"measurements":3,"offset":126}','2026-11-29T23:42:21.529Z');
INSERT INTO events VALUES(16,1,'attempt_ended',0,3,'{"ending":"finished","counts":true,"exit_code":0}','2026-11-29T23:42:21.529Z');
INSERT INTO events VALUES(17,1,'trial_ended',0,NULL,'{"reason":"","state":"completed"}','2026-11-29T23:42:21.529Z');
INSERT INTO events VALUES(18,1,'trial_told',0,NULL,'{"told":0}','2026-11-29T23:42:21.541Z');
INSERT INTO events VALUES(19,1,'trial_added',2,NULL,'{}','2026-11-29T23:42:21.557Z');
INSERT INTO events VALUES(20,1,'attempt_started',2,4,'{"ordinal":1,"slot":1}','2026-11-29T23:42:21.557Z');
INSERT INTO events VALUES(21,1,'process_recorded',2,4,'{"pid":16574}','2026-11-29T23:42:21.569Z');
INSERT INTO events VALUES(22,1,'trial_told',1,NULL,'{"told":1}','2026-11-29T23:42:21.577Z');
INSERT INTO events VALUES(23,1,'trial_added',3,NULL,'{}','2026-11-29T23:42:21.578Z');
INSERT INTO events VALUES(24,1,'attempt_started',3,5,'{"ordinal":1,"slot":0}','2026-11-29T23:42:21.578Z');
INSERT INTO events VALUES(25,1,'process_recorded',3,5,'{"pid":16576}','2026-11-29T23:42:21.581Z');
INSERT INTO events VALUES(26,1,'reports_added',2,4,'{"checkpoints":0,"measurements":0,"offset":43}','2026-11-29T23:42:21.584Z');
INSERT INTO events VALUES(27,1,'attempt_ended',2,4,'{"ending":"infeasible","counts":true,"exit_code":1,"message":"too steep"}','2026-11-29T23:42:21.584Z');
INSERT INTO events VALUES(28,1,'trial_ended',2,NULL,'{"reason":"infeasible: too steep","state":"failed"}','2026-11-29T23:42:21.584Z');
INSERT INTO events VALUES(29,1,'trial_told',2,NULL,'{"told":2}','2026-11-29T23:42:21.593Z');
INSERT INTO events VALUES(30,1,'trial_added',4,NULL,'{}','2026-11-29T23:42:21.597Z');
INSERT INTO events VALUES(31,1,'attempt_started',4,6,'{"ordinal":1,"slot":1}','2026-11-29T23:42:21.597Z');
INSERT INTO events VALUES(32,1,'process_recorded',4,6,'{"pid":16578}','2026-11-29T23:42:21.605Z');
INSERT INTO events VALUES(33,1,'reports_added',3,5,'{"checkpoints":0,"measurements":2,"offset":66}','2026-11-29T23:42:21.611Z');
INSERT INTO events VALUES(34,1,'attempt_ended',3,5,'{"ending":"non_finite","counts":true,"exit_code":0,"message":"eval_loss is nan"}','2026-11-29T23:42:21.611Z');
INSERT INTO events VALUES(35,1,'trial_ended',3,NULL,'{"reason":"non_finite: eval_loss is nan","state":"failed"}','2026-11-29T23:42:21.611Z');
INSERT INTO events VALUES(36,1,'trial_told',3,NULL,'{"told":3}','2026-11-29T23:42:21.629Z');
INSERT INTO events VALUES(37,1,'trial_added',5,NULL,'{}','2026-11-29T23:42:21.646Z');
INSERT INTO events VALUES(38,1,'attempt_started',5,7,'{"ordinal":1,"slot":0}','2026-11-29T23:42:21.646Z');
INSERT INTO events VALUES(39,1,'process_recorded',5,7,'{"pid":16581}','2026-11-29T23:42:21.648Z');
INSERT INTO events VALUES(40,1,'reports_added',4,6,'{"checkpoints":1,"measurements":6,"offset":296}','2026-11-29T23:42:21.661Z');
INSERT INTO events VALUES(41,1,'attempt_ended',4,6,'{"ending":"finished","counts":true,"exit_code":0}','2026-11-29T23:42:21.661Z');
INSERT INTO events VALUES(42,1,'trial_ended',4,NULL,'{"reason":"","state":"completed"}','2026-11-29T23:42:21.661Z');
INSERT INTO events VALUES(43,1,'reports_added',5,7,'{"checkpoints":1,"measurements":6,"offset":296}','2026-11-29T23:42:21.709Z');
INSERT INTO events VALUES(44,1,'attempt_ended',5,7,'{"ending":"finished","counts":true,"exit_code":0}','2026-11-29T23:42:21.709Z');
INSERT INTO events VALUES(45,1,'trial_ended',5,NULL,'{"reason":"","state":"completed"}','2026-11-29T23:42:21.709Z');
INSERT INTO events VALUES(46,1,'trial_told',4,NULL,'{"told":4}','2026-11-29T23:42:21.729Z');
INSERT INTO events VALUES(47,1,'decision_added',0,NULL,'{"kind":"chosen"}','2026-11-29T23:42:21.745Z');
INSERT INTO events VALUES(48,1,'study_ended',NULL,NULL,'{"ending":"max_trials"}','2026-11-29T23:42:21.745Z');
INSERT INTO events VALUES(49,1,'session_ended',NULL,NULL,'{"run_time_s":0.3840507660002004}','2026-11-29T23:42:21.749Z');
CREATE TABLE migrations (
  version         INTEGER PRIMARY KEY,
  min_reader      INTEGER NOT NULL,      -- a program of this version can still read the file
  winnow_version  TEXT NOT NULL,
  at              TEXT NOT NULL
) STRICT;
INSERT INTO migrations VALUES(4,2,'0.1.0','2026-11-29T23:42:21.292Z');
CREATE INDEX trials_by_state ON trials(state);
CREATE INDEX results_by_value ON results(metric, value);
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
