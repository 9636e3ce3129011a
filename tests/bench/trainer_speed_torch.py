"""The PyTorch side of trainer_speed.py, started by it: trains and prints the seconds that the steps after the warm
ones took. Written as one writes it by hand; attention and layers as in Hugging Face's eager models.
"""
import json
import math
import os
import sys
import time

import numpy
import torch
from torch import nn

LORA_RANK = 8
DROPOUT = 0.1


def read_safetensors(folder):
    name, = (name for name in os.listdir(folder) if name.endswith(".safetensors"))
    with open(f"{folder}/{name}", "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    kinds = {"F16": numpy.float16, "F32": numpy.float32}
    return {name: torch.tensor(numpy.frombuffer(data[slice(*entry["data_offsets"])], kinds[entry["dtype"]])
                               .astype(numpy.float32).reshape(entry["shape"]))
            for name, entry in header.items() if name != "__metadata__" and entry["dtype"] in kinds}


class Linear(nn.Module):
    def __init__(self, tensors, name, trained, lora):
        super().__init__()
        self.weight = nn.Parameter(tensors[name + ".weight"], trained and not lora)
        self.bias = nn.Parameter(tensors[name + ".bias"], trained and not lora)
        self.lora = lora
        if lora:
            out, into = self.weight.shape
            self.a = nn.Parameter(torch.empty(LORA_RANK, into).uniform_(-into ** -0.5, into ** -0.5))
            self.b = nn.Parameter(torch.zeros(out, LORA_RANK))

    def forward(self, x):
        y = nn.functional.linear(x, self.weight, self.bias)
        if not self.lora:
            return y
        return y + nn.functional.linear(nn.functional.linear(x, self.a), self.b)


class BertLayer(nn.Module):
    def __init__(self, tensors, config, index, trained, lora):
        super().__init__()
        name = f"encoder.layer.{index}"
        self.heads, self.width = config["num_attention_heads"], config["hidden_size"]

        def linear(part):
            return Linear(tensors, f"{name}.{part}", trained, lora)
        self.q, self.k, self.v = (linear(f"attention.self.{part}") for part in ("query", "key", "value"))
        self.o, self.up, self.down = linear("attention.output.dense"), linear("intermediate.dense"), linear("output.dense")
        self.norm1 = norm(tensors, config, f"{name}.attention.output.LayerNorm", trained and not lora)
        self.norm2 = norm(tensors, config, f"{name}.output.LayerNorm", trained and not lora)
        self.drop = nn.Dropout(DROPOUT if trained else 0.0)

    def forward(self, x):
        rows, length, width = x.shape
        q, k, v = (part(x).view(rows, length, self.heads, -1).transpose(1, 2) for part in (self.q, self.k, self.v))
        scores = self.drop((q @ k.transpose(2, 3) / math.sqrt(width // self.heads)).softmax(-1))
        x = self.norm1(x + self.drop(self.o((scores @ v).transpose(1, 2).reshape(rows, length, width))))
        return self.norm2(x + self.drop(self.down(nn.functional.gelu(self.up(x)))))


def norm(tensors, config, name, trained):
    made = nn.LayerNorm(config["hidden_size"], config["layer_norm_eps"])
    made.weight = nn.Parameter(tensors[name + ".weight"], trained)
    made.bias = nn.Parameter(tensors[name + ".bias"], trained)
    return made


class Classifier(nn.Module):
    """`boundary`: the lowest trained layer; -1: the embeddings too."""

    def __init__(self, tensors, config, boundary, lora):
        super().__init__()
        trained = boundary < 0 and not lora
        self.words, self.positions, self.types = (
            nn.Embedding.from_pretrained(tensors[f"embeddings.{name}_embeddings.weight"], freeze=not trained)
            for name in ("word", "position", "token_type"))
        self.norm = norm(tensors, config, "embeddings.LayerNorm", trained)
        self.drop = nn.Dropout(DROPOUT if trained else 0.0)
        self.layers = nn.ModuleList(BertLayer(tensors, config, index, index >= boundary, lora)
                                    for index in range(config["num_hidden_layers"]))
        self.head_drop = nn.Dropout(DROPOUT)
        self.head = nn.Linear(config["hidden_size"], 2)

    def loss(self, tokens, labels):
        x = self.words(tokens) + self.positions.weight[:tokens.shape[1]] + self.types.weight[0]
        x = self.drop(self.norm(x))
        for layer in self.layers:
            x = layer(x)
        return nn.functional.cross_entropy(self.head(self.head_drop(x.mean(1))), labels)


class LlamaLayer(nn.Module):
    def __init__(self, tensors, config, index):
        super().__init__()
        self.heads = config["num_attention_heads"]

        def weight(part):
            return nn.Parameter(tensors[f"model.layers.{index}.{part}.weight"])
        self.q, self.k, self.v, self.o = (weight(f"self_attn.{part}_proj") for part in "qkvo")
        self.gate, self.up, self.down = (weight(f"mlp.{part}_proj") for part in ("gate", "up", "down"))
        self.norm1, self.norm2 = weight("input_layernorm"), weight("post_attention_layernorm")
        self.epsilon = config["rms_norm_eps"]

    def forward(self, x, cosines, sines, mask):
        rows, length, width = x.shape
        y = rms_norm(x, self.norm1, self.epsilon)
        q, k, v = (nn.functional.linear(y, part).view(rows, length, self.heads, -1).transpose(1, 2)
                   for part in (self.q, self.k, self.v))
        q, k = (part * cosines + rotate_half(part) * sines for part in (q, k))
        scores = (q @ k.transpose(2, 3) / math.sqrt(width // self.heads) + mask).softmax(-1)
        x = x + nn.functional.linear((scores @ v).transpose(1, 2).reshape(rows, length, width), self.o)
        y = rms_norm(x, self.norm2, self.epsilon)
        inner = nn.functional.silu(nn.functional.linear(y, self.gate)) * nn.functional.linear(y, self.up)
        return x + nn.functional.linear(inner, self.down)


def rms_norm(x, weight, epsilon):
    return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon))


def rotate_half(x):
    half = x.shape[-1] // 2
    return torch.cat((-x[..., half:], x[..., :half]), dim=-1)


class LanguageModel(nn.Module):
    """Llama with a tied head, all trained."""

    def __init__(self, tensors, config):
        super().__init__()
        self.words = nn.Parameter(tensors["model.embed_tokens.weight"])
        self.layers = nn.ModuleList(LlamaLayer(tensors, config, index) for index in range(config["num_hidden_layers"]))
        self.norm, self.epsilon = nn.Parameter(tensors["model.norm.weight"]), config["rms_norm_eps"]
        self.size, self.theta = config["hidden_size"] // config["num_attention_heads"], config["rope_theta"]

    def loss(self, tokens, _):
        length = tokens.shape[1]
        frequencies = self.theta ** (-torch.arange(0, self.size, 2) / self.size)
        angles = torch.outer(torch.arange(length), frequencies).repeat(1, 2)
        mask = torch.full((length, length), -math.inf).triu(1)
        x = nn.functional.embedding(tokens, self.words)
        for layer in self.layers:
            x = layer(x, angles.cos(), angles.sin(), mask)
        logits = nn.functional.linear(rms_norm(x, self.norm, self.epsilon), self.words)
        return nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())


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
        model = Classifier(tensors, config, boundary, work == "lora")
    del tensors
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for step in range(steps):
        if step == min(warm, steps - 1):
            begin = time.monotonic()
        rows = torch.arange(step * batch, (step + 1) * batch) % len(tokens)
        loss = model.loss(tokens[rows], labels[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        loss.item()
    print(time.monotonic() - begin)


main()
