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


class Side:
    def __init__(self, recipe):
        self.recipe = recipe
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
        for _ in range(recipe["epochs"]):
            for places in torch.randperm(rows).split(recipe["batch_size"]):
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
