"""Branin's function minimised by winnow from Python, over JSON lines: ask_tell.py [WINNOW]"""
import json
import math
import subprocess
import sys

winnow = subprocess.Popen([sys.argv[1] if len(sys.argv) > 1 else "winnow", "ask-tell"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)


def request(**message):
    winnow.stdin.write(json.dumps(message) + "\n")
    answer = json.loads(winnow.stdout.readline())
    if "error" in answer:
        raise SystemExit(answer["error"])
    return answer


def branin(x, y):
    valley = y - 5.1 / (4 * math.pi ** 2) * x * x + 5 / math.pi * x - 6
    return valley ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


request(cmd="init", v=1, seed=7, budget=30, noisy=False, options={"method": "gp"},
        space=[{"name": "x", "type": "float", "low": -5, "high": 10},
               {"name": "y", "type": "float", "low": 0, "high": 15}])
best = math.inf
for _ in range(30):
    trial = request(cmd="ask", n=1)["trials"][0]
    value = branin(**trial["params"])
    request(cmd="tell", id=trial["id"], values=[value])
    if value < best:
        best = value
        print(f"trial {trial['id']:2}  branin {value:.6f}  {trial['params']}")
request(cmd="stop")
