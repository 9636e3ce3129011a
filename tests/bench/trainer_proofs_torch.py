"""The PyTorch side of trainer_proofs.py, started by it with a file that holds recipe and token ids: trains, and prints
what it measures on the test rows as JSON, before and after.
"""
import json
import math
import sys

import torch
from torch import nn

from torch_models import Classifier, LanguageModel, read_safetensors


def padded(rows):
    lengths = torch.tensor([len(row) for row in rows])
    tokens = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long)
    for place, row in enumerate(rows):
        tokens[place, :len(row)] = torch.tensor(row)
    return tokens, lengths


WORD = 0xFFFFFFFFFFFFFFFF
GOLDEN_GAMMA = 0x9E3779B97F4A7C15


def mixed(z):
    """SplitMix64's output function (Steele, Lea, Flood 2014), as in trainer/random_streams.hpp."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & WORD
    return z ^ (z >> 31)


def head_seed(seed):
    """The one that winnow-trainer draws a new head from."""
    state = 0
    for word in (seed, 1, 0):
        state = mixed((state + word + GOLDEN_GAMMA) & WORD)
    return state


def epoch_order(rows, seed, epoch):
    """The order of winnow-trainer, see trainer/data/batches.hpp."""
    state = mixed((mixed((seed + GOLDEN_GAMMA) & WORD) + GOLDEN_GAMMA * (epoch + 1)) & WORD)
    order = list(range(rows))
    for left in range(rows, 1, -1):
        while True:
            state = (state + GOLDEN_GAMMA) & WORD
            product = (mixed(state) >> 32) * left
            if product & 0xFFFFFFFF >= (2**32 - left) % left:
                break
        place = product >> 32
        order[left - 1], order[place] = order[place], order[left - 1]
    return order


class Side:
    def __init__(self, recipe):
        self.recipe = recipe
        if recipe["paired"]:
            torch.manual_seed(head_seed(recipe["seed"]))
        with open(recipe["model"] + "/config.json") as file:
            config = json.load(file)
        tensors = read_safetensors(recipe["model"])
        self.labelled = "classes" in recipe
        self.model = (Classifier(tensors, config, -1, False, recipe["dropout"], recipe["classes"]) if self.labelled
                      else LanguageModel(tensors, config))

    def batch(self, split, places):
        tokens, lengths = padded([self.recipe[split]["ids"][place] for place in places])
        labels = torch.tensor([self.recipe[split]["labels"][place] for place in places]) if self.labelled else None
        return tokens, lengths, labels

    def loss(self, places):
        tokens, lengths, labels = self.batch("train", places)
        if self.labelled:
            return nn.functional.cross_entropy(self.model(tokens, lengths), labels)
        return self.model.loss(tokens, lengths)

    def optimizer(self):
        parameters = list(self.model.parameters())
        groups = [{"params": [p for p in parameters if p.dim() > 1]},
                  {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=self.recipe["learning_rate"], weight_decay=self.recipe["weight_decay"])

    def train(self):
        recipe, rows = self.recipe, len(self.recipe["train"]["ids"])
        optimizer = self.optimizer()
        steps = recipe["epochs"] * math.ceil(rows / recipe["batch_size"])
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
        self.model.train()
        for epoch in range(recipe["epochs"]):
            order = torch.randperm(rows)
            if recipe["paired"]:
                order = torch.tensor(epoch_order(rows, recipe["seed"], epoch))
            for places in order.split(recipe["batch_size"]):
                optimizer.zero_grad(set_to_none=True)
                self.loss(places.tolist()).backward()
                nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                optimizer.step()
                schedule.step()

    @torch.no_grad()
    def measure(self):
        self.model.eval()
        loss, hits, count = 0.0, 0, 0
        for places in torch.arange(len(self.recipe["test"]["ids"])).split(16):
            tokens, lengths, labels = self.batch("test", places.tolist())
            if self.labelled:
                logits = self.model(tokens, lengths)
                loss += nn.functional.cross_entropy(logits, labels, reduction="sum").item()
                hits += (logits.argmax(1) == labels).sum().item()
                count += len(labels)
            else:
                loss += self.model.loss(tokens, lengths, "sum").item()
                count += (lengths - 1).sum().item()
        return {"loss": loss / count, **({"accuracy": hits / count} if self.labelled else
                                         {"perplexity": math.exp(loss / count)})}


def main():
    with open(sys.argv[1]) as file:
        recipe = json.load(file)
    torch.set_num_threads(recipe["threads"])
    torch.manual_seed(recipe["seed"])
    side = Side(recipe)
    untuned = {} if side.labelled else side.measure()
    side.train()
    print(json.dumps({"untuned": untuned, "tuned": side.measure()}))


main()
