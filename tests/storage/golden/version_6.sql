-- The study of version_1.sql as schema version 6 holds it.
PRAGMA application_id = 0x574E4E57;
PRAGMA user_version = 6;
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
  ending          TEXT                -- why the study is over, NULL while it is not
) STRICT;
INSERT INTO study VALUES(1,'released','{"version":1,"name":"released","description":"one of everything that the first schema can hold","method":"random","method_options":{"avoid_duplicates":true},"seed":18446744073709551615,"metrics":[{"name":"eval_loss","goal":"minimize","aggregate":"last"}],"parameters":{"lr":{"type":"float","min":1e-05,"max":0.1,"scale":"log"},"layers":{"type":"int","min":1,"max":9,"scale":"linear","step":1},"optimizer":{"values":["adamw","lion"],"ordered":false}},"points":[],"determinism":{"mode":"strict","lag":2},"limits":{"max_trials":6,"max_concurrent":2,"max_initial_failures":3},"trial":{"command":["./trial.sh"],"resources":{"gpus":0},"env":{},"retries":1,"stop":{"signal":"TERM","grace":"30s"}}}',replace('name: released\ndescription: one of everything that the first schema can hold\nmethod: random\nseed: 18446744073709551615\ndeterminism: strict\nmetric: {name: eval_loss, goal: minimize}\nparameters:\n  lr: {min: 1.0e-5, max: 1.0e-1, scale: log}\n  layers: {min: 1, max: 9}\n  optimizer: {values: [adamw, lion]}\nlimits: {max_trials: 6, max_concurrent: 2}\ntrial: {command: [./trial.sh], retries: 1}\n','\n',char(10)),'/home/ada/studies/study.yaml',-1,'[{"metric":"eval_loss","goal":"minimize","aggregate":"last"}]','0.1.0','2026-11-29T23:42:21.292Z',0.38405076600020038313,'max_trials');
CREATE TABLE counters (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  tells           INTEGER NOT NULL,   -- outcomes told so far: the next value of trials.told
  events          INTEGER NOT NULL    -- rows of the log so far: its last `seq`
) STRICT;
INSERT INTO counters VALUES(1,5,24);
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
INSERT INTO sessions VALUES(1,16565,'ada','00000000-0000-4000-8000-000000000000','0.1.0','2026-11-29T23:42:21.365Z','2026-11-29T23:42:21.749Z',0.38405076600020038313,NULL);
CREATE TABLE metrics (
  id              INTEGER PRIMARY KEY,
  name            TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO metrics VALUES(-1,'eval_loss');
INSERT INTO metrics VALUES(0,'speed');
CREATE TABLE shapes (
  id              INTEGER PRIMARY KEY,
  names           TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO shapes VALUES(1,'["lr","layers","optimizer"]');
CREATE TABLE configurations (
  id              INTEGER PRIMARY KEY,
  shape           INTEGER NOT NULL REFERENCES shapes(id),
  "values"        TEXT NOT NULL,         -- JSON array, a value for each name of the shape
  hash            INTEGER NOT NULL       -- 32 bits of the point's: no two rows have the same point
) STRICT;
INSERT INTO configurations VALUES(1,1,'[0.00024854521979126426,4,"adamw"]',-215236324);
INSERT INTO configurations VALUES(2,1,'[0.01327639940579395,6,"lion"]',1019911676);
INSERT INTO configurations VALUES(3,1,'[0.004647979419429458,3,"adamw"]',1660654267);
INSERT INTO configurations VALUES(4,1,'[2.7442923910460378e-05,3,"adamw"]',1023602989);
INSERT INTO configurations VALUES(5,1,'[0.00019784095759122492,6,"adamw"]',-1434664309);
INSERT INTO configurations VALUES(6,1,'[0.00450396619376984,6,"adamw"]',-629441281);
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
INSERT INTO trials VALUES(0,1,0,NULL,NULL,NULL,1605793990,1536908830,NULL,0,0,0,NULL,0);
INSERT INTO trials VALUES(1,2,0,NULL,NULL,NULL,1416482363,1342327477,NULL,0,0,4,'config_wrong: exit code 64; its log ends: ',1);
INSERT INTO trials VALUES(2,3,0,NULL,NULL,NULL,274446097,1548060823,NULL,0,1,4,'infeasible: too steep',2);
INSERT INTO trials VALUES(3,4,0,NULL,NULL,NULL,1900846077,2034477599,NULL,0,2,4,'non_finite: eval_loss is nan',3);
INSERT INTO trials VALUES(4,5,0,NULL,NULL,NULL,752442075,1514211604,NULL,0,3,0,NULL,4);
INSERT INTO trials VALUES(5,6,0,NULL,NULL,NULL,2049559977,1277462209,NULL,0,4,0,NULL,NULL);
CREATE TABLE results (
  trial           INTEGER NOT NULL REFERENCES trials(number),
  metric          INTEGER NOT NULL REFERENCES metrics(id),
  value           REAL,                  -- NULL when not finite
  non_finite      TEXT CHECK (non_finite IN ('nan', 'inf', '-inf')),
  hash            INTEGER,               -- 32 bits of the row's (rows.hpp); NULL: of version 1
  PRIMARY KEY (trial, metric),
  CHECK ((value IS NULL) = (non_finite IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO results VALUES(0,-1,0.10000000000000000555,NULL,-782691246);
INSERT INTO results VALUES(0,0,NULL,'inf',131111496);
INSERT INTO results VALUES(3,-1,NULL,'nan',-854793100);
INSERT INTO results VALUES(3,0,2.0,NULL,-567282791);
INSERT INTO results VALUES(4,-1,0.14000000000000001332,NULL,1449110328);
INSERT INTO results VALUES(4,0,NULL,'inf',1243664603);
INSERT INTO results VALUES(5,-1,0.14999999999999999444,NULL,-1390368289);
INSERT INTO results VALUES(5,0,NULL,'inf',-249370098);
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
INSERT INTO attempts VALUES(1,0,1,1,'f4d44220e9e082432a169b39663be5b0',0,NULL,NULL,NULL,NULL,16567,NULL,NULL,170,NULL,'crashed',1,NULL,9,'signal 9 (Killed)',1795995741405,1795995741462,0.027571999999999999286,0.0024649999999999997433,3125248,NULL,NULL,NULL,NULL,NULL,3,NULL);
INSERT INTO attempts VALUES(2,1,1,1,'b2e9a16e127e4f5410d6dd24fb5f5ee6',1,NULL,NULL,NULL,NULL,16569,NULL,NULL,0,NULL,'config_wrong',1,64,NULL,'exit code 64; its log ends: ',1795995741425,1795995741497,0.022857999999999999846,0.0010310000000000000153,3162112,NULL,NULL,NULL,NULL,NULL,5,NULL);
INSERT INTO attempts VALUES(3,0,2,1,'9f74a786d966d2357cf63bfd61539dd2',0,NULL,NULL,'step-1',1,16572,NULL,NULL,126,NULL,NULL,1,0,NULL,NULL,1795995741473,1795995741529,0.0034959999999999999756,0.00089599999999999998655,3211264,NULL,NULL,NULL,NULL,NULL,7,9);
INSERT INTO attempts VALUES(4,2,1,1,'d9f71ecb974a90172fed7ab624420d55',1,NULL,NULL,NULL,NULL,16574,NULL,NULL,43,NULL,'infeasible',1,1,NULL,'too steep',1795995741557,1795995741584,0.0017450000000000000233,0.00093099999999999996994,3268608,NULL,NULL,NULL,NULL,NULL,11,NULL);
INSERT INTO attempts VALUES(5,3,1,1,'3e98dcc389afc0bf567a31442f16f778',0,NULL,NULL,NULL,NULL,16576,NULL,NULL,66,NULL,'non_finite',1,0,NULL,'eval_loss is nan',1795995741578,1795995741611,0.0011440000000000000515,0.0008739999999999999939,3276800,NULL,NULL,NULL,NULL,NULL,13,NULL);
INSERT INTO attempts VALUES(6,4,1,1,'e9fa0447b7fe22ce9d87c9f51f8f1b8b',1,NULL,NULL,NULL,NULL,16578,NULL,NULL,296,NULL,NULL,1,0,NULL,NULL,1795995741597,1795995741661,0.035154999999999998749,0.0022680000000000000506,3280896,NULL,NULL,NULL,NULL,NULL,16,20);
INSERT INTO attempts VALUES(7,5,1,1,'aba3f439a65224fe413852fb52571e49',0,NULL,NULL,NULL,NULL,16581,NULL,NULL,296,NULL,NULL,1,0,NULL,NULL,1795995741646,1795995741709,0.02001700000000000007,0.0021619999999999998593,3284992,NULL,NULL,NULL,NULL,NULL,19,21);
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
INSERT INTO measurements VALUES(1,0,-1,1,0.69999999999999995559,NULL,0.027571999999999999286,0,0);
INSERT INTO measurements VALUES(1,0,0,1,1.0000000000000000047e+300,NULL,0.027571999999999999286,0,0);
INSERT INTO measurements VALUES(1,115,-1,2,0.6500000000000000222,NULL,0.027571999999999999286,1,0);
INSERT INTO measurements VALUES(3,0,-1,2,0.10000000000000000555,NULL,0.0034959999999999999756,0,0);
INSERT INTO measurements VALUES(3,0,0,2,NULL,'inf',0.0034959999999999999756,0,0);
INSERT INTO measurements VALUES(3,69,-1,2,0.10000000000000000555,NULL,0.0034959999999999999756,0,1);
INSERT INTO measurements VALUES(5,0,-1,1,NULL,'nan',0.0011440000000000000515,0,0);
INSERT INTO measurements VALUES(5,0,0,1,2.0,NULL,0.0011440000000000000515,0,0);
INSERT INTO measurements VALUES(6,0,-1,1,0.69999999999999995559,NULL,0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,0,0,1,1.0000000000000000047e+300,NULL,0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,115,-1,2,0.6500000000000000222,NULL,0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,170,-1,2,0.14000000000000001332,NULL,0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,170,0,2,NULL,'inf',0.035154999999999998749,0,0);
INSERT INTO measurements VALUES(6,239,-1,2,0.14000000000000001332,NULL,0.035154999999999998749,0,1);
INSERT INTO measurements VALUES(7,0,-1,1,0.69999999999999995559,NULL,0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,0,0,1,1.0000000000000000047e+300,NULL,0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,115,-1,2,0.6500000000000000222,NULL,0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,170,-1,2,0.14999999999999999444,NULL,0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,170,0,2,NULL,'inf',0.02001700000000000007,0,0);
INSERT INTO measurements VALUES(7,239,-1,2,0.14999999999999999444,NULL,0.02001700000000000007,0,1);
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
  detail          TEXT,                  -- JSON object; NULL: {}
  at_ms           INTEGER NOT NULL
) STRICT;
INSERT INTO events VALUES(1,NULL,'session_began',NULL,NULL,'{"session":1}',1795995741365);
INSERT INTO events VALUES(2,1,'trial_added',0,NULL,NULL,1795995741405);
INSERT INTO events VALUES(4,1,'trial_added',1,NULL,NULL,1795995741425);
INSERT INTO events VALUES(6,1,'trial_requeued',0,1,NULL,1795995741462);
INSERT INTO events VALUES(8,1,'trial_failed',1,NULL,NULL,1795995741497);
INSERT INTO events VALUES(10,1,'trial_added',2,NULL,NULL,1795995741557);
INSERT INTO events VALUES(12,1,'trial_added',3,NULL,NULL,1795995741578);
INSERT INTO events VALUES(14,1,'trial_failed',2,NULL,NULL,1795995741584);
INSERT INTO events VALUES(15,1,'trial_added',4,NULL,NULL,1795995741597);
INSERT INTO events VALUES(17,1,'trial_failed',3,NULL,NULL,1795995741611);
INSERT INTO events VALUES(18,1,'trial_added',5,NULL,NULL,1795995741646);
INSERT INTO events VALUES(22,1,'decision_added',0,NULL,'{"kind":"chosen"}',1795995741745);
INSERT INTO events VALUES(23,1,'study_ended',NULL,NULL,'{"ending":"max_trials"}',1795995741745);
INSERT INTO events VALUES(24,1,'session_ended',NULL,NULL,'{"run_time_s":0.3840507660002004}',1795995741749);
CREATE TABLE migrations (
  version         INTEGER PRIMARY KEY,
  min_reader      INTEGER NOT NULL,      -- a program of this version can still read the file
  winnow_version  TEXT NOT NULL,
  at              TEXT NOT NULL
) STRICT;
INSERT INTO migrations VALUES(4,2,'0.1.0','2026-11-29T23:42:21.292Z');
INSERT INTO migrations VALUES(5,5,'0.1.0','2026-11-30T03:10:07.481Z');
INSERT INTO migrations VALUES(6,6,'0.1.0','2026-11-30T09:40:00.000Z');
CREATE INDEX configurations_by_hash ON configurations(hash);
CREATE INDEX trials_by_state ON trials(state_code) WHERE state_code <> 0;
CREATE INDEX results_by_value ON results(metric, value) WHERE metric < 0;
CREATE INDEX attempts_by_token ON attempts(own_token) WHERE own_token IS NOT NULL;
CREATE INDEX attempts_not_ended ON attempts(ended_ms) WHERE ended_ms IS NULL;
CREATE INDEX checkpoints_by_trial ON checkpoints(trial);
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
COMMIT;
