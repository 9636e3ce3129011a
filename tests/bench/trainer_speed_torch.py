"""The PyTorch side of trainer_speed.py, started by it: trains and prints the seconds that the steps after the warm
ones took.
"""
import json
import sys
import time

import torch
from torch import nn

from torch_models import Classifier, LanguageModel, read_safetensors

DROPOUT = 0.1


def main():
    work, folder, ids, threads, steps, batch, warm = sys.argv[1:4] + [int(word) for word in sys.argv[4:]]
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    with open(f"{folder}/config.json") as file:
        config = json.load(file)
    with open(ids) as file:
        tokens = torch.tensor(json.load(file))
    labels = torch.randint(0, 2, (len(tokens),))
    tensors = read_safetensors(folder)
    if work == "stories":
        model = LanguageModel(tensors, config)
    else:
        layers = config["num_hidden_layers"]
        boundary = {"full": -1, "lora": 0, "top1": layers - 1, "top2": layers - 2}[work]
        model = Classifier(tensors, config, boundary, work == "lora", DROPOUT)
    del tensors
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for step in range(steps):
        if step == min(warm, steps - 1):
            begin = time.monotonic()
        rows = torch.arange(step * batch, (step + 1) * batch) % len(tokens)
        if work == "stories":
            loss = model.loss(tokens[rows])
        else:
            loss = nn.functional.cross_entropy(model(tokens[rows]), labels[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        loss.item()
    print(time.monotonic() - begin)


main()
