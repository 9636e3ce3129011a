"""The encoder and the language model that the comparisons with PyTorch train: written as one writes them by hand,
attention and layers as in Hugging Face's eager models.
"""
import json
import math
import os

import numpy
import torch
from torch import nn

LORA_RANK = 8
IGNORED = -100  # the target of what is not predicted, as in torch.nn.functional.cross_entropy


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
    def __init__(self, tensors, config, index, trained, lora, dropout):
        super().__init__()
        name = f"encoder.layer.{index}"
        self.heads, self.width = config["num_attention_heads"], config["hidden_size"]

        def linear(part):
            return Linear(tensors, f"{name}.{part}", trained, lora)
        self.q, self.k, self.v = (linear(f"attention.self.{part}") for part in ("query", "key", "value"))
        self.o, self.up, self.down = linear("attention.output.dense"), linear("intermediate.dense"), linear("output.dense")
        self.norm1 = norm(tensors, config, f"{name}.attention.output.LayerNorm", trained and not lora)
        self.norm2 = norm(tensors, config, f"{name}.output.LayerNorm", trained and not lora)
        self.drop = nn.Dropout(dropout if trained else 0.0)

    def forward(self, x, added):
        rows, length, width = x.shape
        q, k, v = (part(x).view(rows, length, self.heads, -1).transpose(1, 2) for part in (self.q, self.k, self.v))
        scores = q @ k.transpose(2, 3) / math.sqrt(width // self.heads)
        scores = self.drop((scores if added is None else scores + added).softmax(-1))
        x = self.norm1(x + self.drop(self.o((scores @ v).transpose(1, 2).reshape(rows, length, width))))
        return self.norm2(x + self.drop(self.down(nn.functional.gelu(self.up(x)))))


def norm(tensors, config, name, trained):
    made = nn.LayerNorm(config["hidden_size"], config["layer_norm_eps"])
    made.weight = nn.Parameter(tensors[name + ".weight"], trained)
    made.bias = nn.Parameter(tensors[name + ".bias"], trained)
    return made


class Classifier(nn.Module):
    """A head on the mean over a row's tokens. `boundary`: the lowest trained layer; -1: the embeddings too."""

    def __init__(self, tensors, config, boundary, lora, dropout, classes=2):
        super().__init__()
        trained = boundary < 0 and not lora
        self.words, self.positions, self.types = (
            nn.Embedding.from_pretrained(tensors[f"embeddings.{name}_embeddings.weight"], freeze=not trained)
            for name in ("word", "position", "token_type"))
        self.norm = norm(tensors, config, "embeddings.LayerNorm", trained)
        self.drop = nn.Dropout(dropout if trained else 0.0)
        self.layers = nn.ModuleList(BertLayer(tensors, config, index, index >= boundary, lora, dropout)
                                    for index in range(config["num_hidden_layers"]))
        self.head_drop = nn.Dropout(dropout)
        self.head = nn.utils.skip_init(nn.Linear, config["hidden_size"], classes)
        nn.init.normal_(self.head.weight, std=config["initializer_range"])
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens, lengths=None):
        """`lengths`: of the rows, where some are padded."""
        x = self.words(tokens) + self.positions.weight[:tokens.shape[1]] + self.types.weight[0]
        x = self.drop(self.norm(x))
        added = None
        if lengths is not None:
            own = torch.arange(tokens.shape[1]) < lengths[:, None]
            added = torch.zeros(own.shape).masked_fill(~own, -math.inf)[:, None, None]
        for layer in self.layers:
            x = layer(x, added)
        pooled = x.mean(1) if lengths is None else (x * own[..., None]).sum(1) / lengths[:, None]
        return self.head(self.head_drop(pooled))


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
    """Llama with a tied head, all trained. Padding on the right needs no mask: nothing looks ahead."""

    def __init__(self, tensors, config):
        super().__init__()
        self.words = nn.Parameter(tensors["model.embed_tokens.weight"])
        self.layers = nn.ModuleList(LlamaLayer(tensors, config, index) for index in range(config["num_hidden_layers"]))
        self.norm, self.epsilon = nn.Parameter(tensors["model.norm.weight"]), config["rms_norm_eps"]
        self.size, self.theta = config["hidden_size"] // config["num_attention_heads"], config["rope_theta"]

    def forward(self, tokens):
        length = tokens.shape[1]
        frequencies = self.theta ** (-torch.arange(0, self.size, 2) / self.size)
        angles = torch.outer(torch.arange(length), frequencies).repeat(1, 2)
        mask = torch.full((length, length), -math.inf).triu(1)
        x = nn.functional.embedding(tokens, self.words)
        for layer in self.layers:
            x = layer(x, angles.cos(), angles.sin(), mask)
        return nn.functional.linear(rms_norm(x, self.norm, self.epsilon), self.words)

    def loss(self, tokens, lengths=None, reduction="mean"):
        """Of each token but a row's first."""
        targets = tokens[:, 1:]
        if lengths is not None:
            targets = targets.masked_fill(torch.arange(1, tokens.shape[1]) >= lengths[:, None], IGNORED)
        return nn.functional.cross_entropy(self(tokens)[:, :-1].flatten(0, 1), targets.flatten(),
                                           ignore_index=IGNORED, reduction=reduction)
