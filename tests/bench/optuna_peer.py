# The peer: what Debian's python3-optuna takes for the same work. Prints one JSON object.
#
#   optuna_peer.py version
#   optuna_peer.py trials  DATABASE TRIALS PROGRAM REPORT_FILE   # launch PROGRAM for each trial
#   optuna_peer.py commits DATABASE TRIALS                       # ask and tell, no process
#   optuna_peer.py fill    DATABASE TRIALS                       # a study of finished trials
#   optuna_peer.py resume  DATABASE PROGRAM REPORT_FILE          # one more trial of that study
#   optuna_peer.py crowd   DATABASE PROCESSES TRIALS REPORTS     # many processes in one file
import datetime
import json
import os
import subprocess
import sys
import time

import optuna
from optuna.storages._rdb import models

SPACE = {name: optuna.distributions.FloatDistribution(-5.0, 5.0) for name in ("x", "y")}


def launch(program, report_file, params):
    """Runs PROGRAM as winnow runs it; what it reported."""
    open(report_file, "w").close()
    arguments = [program] + [f"--{name}={value}" for name, value in params.items()]
    environment = dict(os.environ, WINNOW_REPORT_FILE=report_file)
    subprocess.run(arguments, env=environment, check=True)
    with open(report_file) as lines:
        return json.loads(lines.readline())


def study_of(database):
    return optuna.create_study(
        study_name="bench", storage="sqlite:///" + database, load_if_exists=True,
        sampler=optuna.samplers.RandomSampler(seed=1))


def suggested(trial):
    return {name: trial.suggest_float(name, -5.0, 5.0) for name in SPACE}


def trials(database, count, program, report_file):
    starts = []

    def objective(trial):
        report = launch(program, report_file, suggested(trial))
        starts.append(report["started_us"])
        return report["height"]

    study_of(database).optimize(objective, n_trials=count)
    return {"starts_us": starts}


def commits(database, count):
    study = study_of(database)
    began = time.monotonic()
    for _ in range(count):
        trial = study.ask()
        study.tell(trial, sum(value * value for value in suggested(trial).values()))
    return {"elapsed_s": time.monotonic() - began}


def fill(database, count):
    """The rows that optimize() would leave, in one transaction: through its own verbs ten thousand
    trials take minutes."""
    study = study_of(database)
    engine = study._storage._backend.engine if hasattr(study._storage, "_backend") else study._storage.engine
    now = datetime.datetime.now()
    ids = range(1, count + 1)
    point = {name: [(k % 1000) / 100 - 5 for k in ids] for name in SPACE}
    tables = {
        models.TrialModel: [
            dict(trial_id=k, number=k - 1, study_id=study._study_id,
                 state=optuna.trial.TrialState.COMPLETE, datetime_start=now, datetime_complete=now)
            for k in ids],
        models.TrialParamModel: [
            dict(trial_id=k, param_name=name, param_value=point[name][k - 1],
                 distribution_json=optuna.distributions.distribution_to_json(SPACE[name]))
            for k in ids for name in SPACE],
        models.TrialValueModel: [
            dict(trial_id=k, objective=0, value=float(k),
                 value_type=models.TrialValueModel.TrialValueType.FINITE)
            for k in ids],
    }
    with engine.begin() as connection:
        for model, rows in tables.items():
            connection.execute(model.__table__.insert(), rows)
    return {"trials": len(study.trials)}


def resume(database, program, report_file):
    study = optuna.load_study(
        study_name="bench", storage="sqlite:///" + database,
        sampler=optuna.samplers.RandomSampler(seed=1))
    trial = study.ask()
    report = launch(program, report_file, suggested(trial))
    study.tell(trial, report["height"])
    return {"started_us": report["started_us"], "number": trial.number}


def crowd(database, processes, count, reports):
    """PROCESSES that each run COUNT trials of REPORTS intermediate values, in one SQLite file."""
    study_of(database)
    began = time.monotonic()
    workers = [
        subprocess.Popen([sys.executable, __file__, "member", database, str(count), str(reports)],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(processes)]
    died = sum(worker.wait() != 0 for worker in workers)
    states = [trial.state for trial in study_of(database).trials]
    return {"died": died, "elapsed_s": time.monotonic() - began,
            "completed": states.count(optuna.trial.TrialState.COMPLETE),
            "running": states.count(optuna.trial.TrialState.RUNNING)}


def member(database, count, reports):
    def objective(trial):
        values = suggested(trial)
        for step in range(reports):
            trial.report(1.0, step)
        return sum(value * value for value in values.values())

    study_of(database).optimize(objective, n_trials=count)
    return {}


def version():
    return {"optuna": optuna.__version__, "python": sys.version.split()[0]}


def main():
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    verbs = {verb.__name__: verb for verb in (version, trials, commits, fill, resume, crowd,
                                            member)}
    verb, *words = sys.argv[1:]
    answer = verbs[verb](*[int(word) if word.isdigit() else word for word in words])
    print(json.dumps(answer))


main()
