"""Twenty updates of the tiny model by torch's own layers, losses, optimizers and clipping, in fp64, on padded
rows with a mask; for fine_tuning_test.cpp.

Writes fine_tuning.json:  /usr/bin/python3 fine_tuning.py > fine_tuning.json
"""
import json
import math
import re

import numpy
import torch
from torch.nn import functional

from tiny_bert import C, CLASSES, EPSILON, HEADS, LAYERS, formula, weights

STEPS, BATCH, DATA_SEED = 20, 4, 11
ROWS = [[2] + [4 + (7 * r * r + 13 * k * k + 5 * r * k) % 56 for k in range(1 + r * 5 % 7)] + [3] for r in range(10)]
LABELS = [r * r % 7 % CLASSES for r in range(len(ROWS))]
MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15  # of SplitMix64


def mixed(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def epoch_order(rows, seed, epoch):
    """As trainer/data/batches.hpp says."""
    state = mixed((mixed(seed + GAMMA & MASK) + GAMMA * (epoch + 1)) & MASK)
    order = list(range(rows))
    for left in range(rows, 1, -1):
        while True:
            state = state + GAMMA & MASK
            product = (mixed(state) >> 32) * left
            if (product & 0xFFFFFFFF) >= (1 << 32) % left:
                break
        chosen = product >> 32
        order[left - 1], order[chosen] = order[chosen], order[left - 1]
    return order


def batch(step):
    per_epoch = -(-len(ROWS) // BATCH)
    order = epoch_order(len(ROWS), DATA_SEED, step // per_epoch)
    begin = step % per_epoch * BATCH
    return order[begin:begin + BATCH]


def logits(W, rows, pooling, scale):
    longest = max(len(ROWS[r]) for r in rows)
    tokens = torch.tensor([ROWS[r] + [0] * (longest - len(ROWS[r])) for r in rows])
    there = torch.tensor([[k < len(ROWS[r]) for k in range(longest)] for r in rows])

    def linear(name, x):
        y = functional.linear(x, W[name + ".weight"], W[name + ".bias"])
        if name + ".lora_A.weight" in W:
            y = y + scale * (x @ W[name + ".lora_A.weight"].T @ W[name + ".lora_B.weight"].T)
        if name + ".adapter_down.weight" in W:
            inner = functional.gelu(functional.linear(y, W[name + ".adapter_down.weight"], W[name + ".adapter_down.bias"]))
            y = y + functional.linear(inner, W[name + ".adapter_up.weight"], W[name + ".adapter_up.bias"])
        return y

    def norm(name, x):
        return functional.layer_norm(x, (C,), W[name + ".weight"], W[name + ".bias"], EPSILON)

    def heads(x):
        return x.view(len(rows), longest, HEADS, C // HEADS).transpose(1, 2)

    def behind(name, x):
        if name not in W:
            return x
        return torch.cat([W[name].view(-1, HEADS, C // HEADS).transpose(0, 1).expand(len(rows), -1, -1, -1), x], 2)

    x = functional.embedding(tokens, W["embeddings.word_embeddings.weight"])
    prompt, first = W.get("prompt_embeddings"), 0
    if prompt is not None:
        x = torch.cat([prompt.expand(len(rows), -1, -1), x], 1)
        there = torch.cat([torch.ones(len(rows), len(prompt), dtype=torch.bool), there], 1)
        longest += len(prompt)
    seen = there
    if "prefix.0.keys" in W:
        first = len(W["prefix.0.keys"])
        seen = torch.cat([torch.ones(len(rows), first, dtype=torch.bool), there], 1)
    x = norm("embeddings.LayerNorm", x + W["embeddings.position_embeddings.weight"][first:first + longest]
             + W["embeddings.token_type_embeddings.weight"][0])
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        q, k, v = (heads(linear(f"{name}.attention.self.{part}", x)) for part in ("query", "key", "value"))
        k, v = behind(f"prefix.{layer}.keys", k), behind(f"prefix.{layer}.values", v)
        scores = (q @ k.transpose(2, 3) / math.sqrt(C // HEADS)).masked_fill(~seen[:, None, None, :], -math.inf)
        mixed_values = (scores.softmax(-1) @ v).transpose(1, 2).reshape(len(rows), longest, C)
        x = norm(f"{name}.attention.output.LayerNorm", linear(f"{name}.attention.output.dense", mixed_values) + x)
        inner = functional.gelu(linear(f"{name}.intermediate.dense", x))
        x = norm(f"{name}.output.LayerNorm", linear(f"{name}.output.dense", inner) + x)
    if pooling == "cls":
        pooled = torch.tanh(linear("pooler.dense", x[:, 0]))
    else:
        pooled = (x * there[:, :, None]).sum(1) / there.sum(1, keepdim=True)
    return linear("classifier", pooled)


def rate(settings, step):
    """The schedules with warm-up of Hugging Face transformers, as factors for LambdaLR."""
    warmup = math.ceil(settings["warmup_fraction"] * STEPS)
    if step < warmup:
        return step / warmup
    progress = (step - warmup) / (STEPS - warmup)
    return {"constant": 1.0, "linear": 1.0 - progress,
            "cosine": 0.5 * (1.0 + math.cos(math.pi * progress))}[settings["schedule"]]


def layer_of(name):
    """-1 the embeddings, 0 the lowest layer, LAYERS the head."""
    if name.startswith("prefix."):
        return int(name.split(".")[1])
    if name.startswith("encoder.layer."):
        return int(name.split(".")[2])
    return LAYERS if name.startswith(("pooler", "classifier")) else -1


def is_trained(settings, name):
    if name.startswith("pooler"):
        return settings["pooling"] == "cls"
    if name.startswith("classifier"):
        return True
    if layer_of(name) < (LAYERS - settings["trainable_layers"] if "trainable_layers" in settings else -1):
        return False
    adaptation = settings.get("adaptation", "full")
    return adaptation == "full" or adaptation == "bitfit" and name.endswith(".bias") or is_addition(name)


def is_addition(name):
    return ".lora_" in name or ".adapter_" in name or name.startswith(("prefix.", "prompt_"))


def additions(settings):
    """What is put beside the model, by the formula, numbered from 100 in the order of the names."""
    adaptation, count = settings.get("adaptation"), settings.get("virtual_tokens")
    if adaptation == "lora":
        shapes = low_rank_shapes(settings)
    elif adaptation == "adapters":
        shapes = bottleneck_shapes(settings)
    elif adaptation == "prefix":
        shapes = {f"prefix.{layer}.{part}": (count, C) for layer in range(LAYERS) for part in ("keys", "values")}
    else:
        shapes = {"prompt_embeddings": (count, C)} if adaptation == "prompt" else {}
    return {name: formula(100 + number, name, shapes[name]) for number, name in enumerate(sorted(shapes))}


def bottleneck_shapes(settings):
    size, shapes = settings["adapter_size"], {}
    for layer in range(LAYERS):
        for part in ("attention.output", "output")[settings["adapter_places"] == "mlp":]:
            name = f"encoder.layer.{layer}.{part}.dense"
            if is_trained(settings, name + ".adapter_up.bias"):
                shapes.update({name + ".adapter_down.weight": (size, C), name + ".adapter_down.bias": (size,),
                               name + ".adapter_up.weight": (C, size), name + ".adapter_up.bias": (C,)})
    return shapes


def low_rank_shapes(settings):
    rank, shapes = settings["lora_rank"], {}
    targets = ("." + target for target in settings["lora_targets"].split(","))
    if settings["lora_targets"] == "all-linear":
        targets = ("query", "key", "value", "dense")
    targets = tuple(targets)
    for name, value in weights().items():
        if not name.startswith("encoder.layer.") or not name.endswith(".weight") or "LayerNorm" in name:
            continue
        module = name[:-len(".weight")]
        if module.endswith(targets) and is_trained(settings, module + ".lora_A.weight"):
            shapes[module + ".lora_A.weight"] = (rank, value.shape[1])
            shapes[module + ".lora_B.weight"] = (value.shape[0], rank)
    return shapes


def scale_of(settings):
    rank = settings.get("lora_rank", 1)
    return settings.get("lora_alpha", 1.0) / (math.sqrt(rank) if settings.get("rslora") else rank)


def rate_factor(settings, name):
    layer = layer_of(name)
    if layer == LAYERS:
        return settings.get("head_rate_factor", 1.0)
    return settings.get("layer_rate_decay", 1.0) ** (LAYERS - 1 - layer)


def decays(name):
    return not (name.endswith(".bias") or "LayerNorm" in name)


def optimizer(settings, named):
    lr = settings["learning_rate"]
    groups = [{"params": [p], "lr": lr * rate_factor(settings, n),
               "weight_decay": settings["weight_decay"] if decays(n) else 0.0} for n, p in named.items()]
    if settings["optimizer"] == "sgd":
        return torch.optim.SGD(groups, lr=lr, momentum=settings["momentum"])
    if settings["optimizer"] == "nadam":
        return torch.optim.NAdam(groups, lr=lr, eps=settings["epsilon"], foreach=True)  # see optimizers.py
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings["optimizer"]]
    return kind(groups, lr=lr, eps=settings["epsilon"])


def unfreeze(settings, named, step):
    per_epoch = -(-len(ROWS) // BATCH)
    for name, parameter in named.items():
        depth = LAYERS - layer_of(name)
        parameter.requires_grad_(step >= math.ceil(depth * settings.get("unfreeze_every_epochs", 0) * per_epoch))


def run(settings):
    start = {name: torch.tensor(value) for name, value in {**weights(), **additions(settings)}.items()}
    W = {name: value.clone() for name, value in start.items()}
    named = {name: W[name].requires_grad_() for name in W if is_trained(settings, name)}
    updater = optimizer(settings, named)
    schedule = torch.optim.lr_scheduler.LambdaLR(updater, lambda step: rate(settings, step))
    class_weights = None
    if settings.get("class_weights") == "balanced":
        counts = torch.bincount(torch.tensor(LABELS)).double()
        class_weights = len(LABELS) / (CLASSES * counts)
    losses, norms = [], []
    for step in range(STEPS):
        rows = batch(step)
        unfreeze(settings, named, step)
        loss = functional.cross_entropy(logits(W, rows, settings["pooling"], scale_of(settings)),
                                        torch.tensor([LABELS[r] for r in rows]), class_weights,
                                        label_smoothing=settings.get("label_smoothing", 0.0))
        penalty = sum(settings.get("l1_penalty", 0.0) * p.abs().sum() + settings.get("l2_penalty", 0.0) / 2 * (p * p).sum()
                      for n, p in named.items() if decays(n) and p.requires_grad)
        updater.zero_grad()
        (loss + penalty).backward()
        norms.append(torch.nn.utils.clip_grad_norm_(list(named.values()), settings["gradient_clip"]).item())
        updater.step()
        schedule.step()
        losses.append(round(loss.item(), 8))
    clipped = sum(norm > settings["gradient_clip"] for norm in norms)
    assert 0 < clipped < STEPS, f"clipping acts in some steps and not in others: {norms}"
    changes = {name: described((W[name] - start[name]).detach().flatten()) for name in sorted(named)}
    return {"settings": settings, "losses": losses, "clipped_steps": clipped, "changes": changes}


def described(change):
    """Norm, first entry, one a third of the way, last."""
    numbers = [change.norm(), change[0], change[len(change) // 3], change[-1]]
    return [round(number.item(), 7) for number in numbers]


def with_lists_on_one_line(text):
    return re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda found: "[" + re.sub(r"\s+", " ", found[1]) + "]", text)


COMMON = {"warmup_fraction": 0.2, "weight_decay": 0.05, "gradient_clip": 2.0, "pooling": "mean"}
ADAM = {"learning_rate": 0.01, "epsilon": 1e-6}
RUNS = [
    {**COMMON, **ADAM, "optimizer": "adamw", "schedule": "linear"},
    {**COMMON, **ADAM, "optimizer": "adamw", "schedule": "cosine", "trainable_layers": 1},
    {**COMMON, "optimizer": "sgd", "schedule": "linear", "learning_rate": 0.05, "momentum": 0.8},
    {**COMMON, **ADAM, "optimizer": "adam", "schedule": "constant", "pooling": "cls", "class_weights": "balanced"},
    {**COMMON, **ADAM, "optimizer": "adamw", "schedule": "linear", "adaptation": "lora", "lora_rank": 3, "lora_alpha": 6.0,
     "lora_targets": "all-linear", "micro_batch_size": 3, "label_smoothing": 0.1, "class_weights": "balanced"},
    {**COMMON, **ADAM, "optimizer": "adam", "schedule": "linear", "adaptation": "lora", "lora_rank": 4, "lora_alpha": 2.0,
     "lora_targets": "query,attention.output.dense", "rslora": True, "trainable_layers": 1},
    {**COMMON, **ADAM, "optimizer": "adamw", "schedule": "linear", "adaptation": "bitfit", "layer_rate_decay": 0.5,
     "head_rate_factor": 3.0},
    {**COMMON, **ADAM, "optimizer": "nadam", "schedule": "constant", "unfreeze_every_epochs": 2.0, "l1_penalty": 0.001,
     "l2_penalty": 0.01},
    {**COMMON, **ADAM, "optimizer": "adamw", "schedule": "linear", "adaptation": "adapters", "adapter_size": 3,
     "adapter_places": "both", "layer_rate_decay": 0.5},
    {**COMMON, **ADAM, "optimizer": "adamw", "schedule": "linear", "adaptation": "adapters", "adapter_size": 5,
     "adapter_places": "mlp", "trainable_layers": 1},
    {**COMMON, **ADAM, "optimizer": "adamw", "schedule": "linear", "adaptation": "prefix", "virtual_tokens": 3},
    {**COMMON, **ADAM, "optimizer": "adamw", "schedule": "linear", "adaptation": "prompt", "virtual_tokens": 4,
     "pooling": "cls"},
]
print(with_lists_on_one_line(json.dumps({
    "origin": f"fine_tuning.py with torch {torch.__version__} and numpy {numpy.__version__}: "
              "/usr/bin/python3 fine_tuning.py",
    "rows": ROWS,
    "labels": LABELS,
    "batch_size": BATCH,
    "data_seed": DATA_SEED,
    "runs": [run(settings) for settings in RUNS],
}, indent=1)))
