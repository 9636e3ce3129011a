"""Logits of tiny RoBERTa and DistilBERT classifiers by a second implementation: padded rows with a mask, fp64,
names and order of operations as Hugging Face's classes have them; for tests/trainer/encoder_test.cpp.

Writes encoders.json:  /usr/bin/python3 encoders.py > encoders.json   (Debian's python3-torch)
"""
import json
import math

import numpy
import torch
from torch.nn import functional

ROWS = [[0, 7, 9, 41, 2], [0, 44, 2], [0, 10, 11, 12, 13, 14, 15, 2]]
CLASSES = 3
CONFIGS = [
    {"model_type": "roberta", "vocab_size": 45, "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3,
     "intermediate_size": 20, "max_position_embeddings": 18, "type_vocab_size": 1, "pad_token_id": 1,
     "hidden_act": "gelu", "layer_norm_eps": 1e-5},
    {"model_type": "distilbert", "vocab_size": 45, "dim": 12, "n_layers": 2, "n_heads": 3, "hidden_dim": 20,
     "max_position_embeddings": 16, "activation": "gelu", "sinusoidal_pos_embds": False},
]
# Module names: of the encoder and its layers, the four maps of attention, its norm, the two of the feed-forward net
# and its norm, the head's two maps.
NAMES = {
    "roberta": ("roberta.embeddings", "roberta.encoder.layer",
                ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"],
                "attention.output.LayerNorm", ["intermediate.dense", "output.dense"], "output.LayerNorm",
                ["classifier.dense", "classifier.out_proj"]),
    "distilbert": ("distilbert.embeddings", "distilbert.transformer.layer",
                   ["attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"], "sa_layer_norm",
                   ["ffn.lin1", "ffn.lin2"], "output_layer_norm", ["pre_classifier", "classifier"]),
}


def sizes(c):
    if c["model_type"] == "roberta":
        return c["hidden_size"], c["num_hidden_layers"], c["num_attention_heads"], c["intermediate_size"]
    return c["dim"], c["n_layers"], c["n_heads"], c["hidden_dim"]


def shapes(c):
    n, layers, _, inner = sizes(c)
    embeddings, layer, attention, norm1, feed, norm2, head = NAMES[c["model_type"]]
    found = {f"{embeddings}.word_embeddings.weight": (c["vocab_size"], n),
             f"{embeddings}.position_embeddings.weight": (c["max_position_embeddings"], n)}
    if "type_vocab_size" in c:
        found[f"{embeddings}.token_type_embeddings.weight"] = (c["type_vocab_size"], n)
    norms = [f"{embeddings}.LayerNorm"]
    maps = [(head[0], n, n), (head[1], n, CLASSES)]
    for i in range(layers):
        norms += [f"{layer}.{i}.{norm1}", f"{layer}.{i}.{norm2}"]
        maps += [(f"{layer}.{i}.{name}", n, n) for name in attention]
        maps += [(f"{layer}.{i}.{feed[0]}", n, inner), (f"{layer}.{i}.{feed[1]}", inner, n)]
    for name in norms:
        found[name + ".weight"] = found[name + ".bias"] = (n,)
    for name, into, out in maps:
        found[name + ".weight"], found[name + ".bias"] = (out, into), (out,)
    return found


def weights(c):
    """formula_weights() of tiny_model.hpp, numbered in the order of names; 1 more for the weights of norms."""
    found = {}
    for number, (name, shape) in enumerate(sorted(shapes(c).items())):
        count = int(numpy.prod(shape))
        values = numpy.array([0.3 * math.sin(0.37 * i * i + 1.7 * number) for i in range(count)])
        if len(shape) == 1 and name.endswith("weight"):
            values += 1.0
        found[name] = torch.tensor(values.astype(numpy.float32).astype(numpy.float64).reshape(shape))
    return found


def forward(c):
    W = weights(c)
    n, layers, heads, _ = sizes(c)
    embeddings, layer, attention, norm1, feed, norm2, head = NAMES[c["model_type"]]
    pad = c.get("pad_token_id", 0)
    epsilon = c.get("layer_norm_eps", 1e-12)
    longest = max(map(len, ROWS))
    ids = torch.full((len(ROWS), longest), pad)
    mask = torch.zeros(len(ROWS), longest)
    for row, tokens in enumerate(ROWS):
        ids[row, :len(tokens)], mask[row, :len(tokens)] = torch.tensor(tokens), 1.0

    def linear(name, x):
        return functional.linear(x, W[name + ".weight"], W[name + ".bias"])

    def norm(name, x):
        return functional.layer_norm(x, (n,), W[name + ".weight"], W[name + ".bias"], epsilon)

    if c["model_type"] == "roberta":
        # create_position_ids_from_input_ids(): padding keeps the padding id's place.
        positions = (torch.cumsum(mask, 1) * mask).long() + pad
    else:
        positions = torch.arange(longest).expand(len(ROWS), -1)
    x = functional.embedding(ids, W[f"{embeddings}.word_embeddings.weight"])
    x = x + functional.embedding(positions, W[f"{embeddings}.position_embeddings.weight"])
    if "type_vocab_size" in c:
        x = x + W[f"{embeddings}.token_type_embeddings.weight"][0]
    x = norm(f"{embeddings}.LayerNorm", x)
    hidden_scores = (1.0 - mask)[:, None, None, :] * -1e30
    for i in range(layers):
        name = f"{layer}.{i}."
        q, k, v = (linear(name + part, x).view(len(ROWS), longest, heads, n // heads).transpose(1, 2)
                   for part in attention[:3])
        scores = q @ k.transpose(2, 3) / math.sqrt(n // heads) + hidden_scores
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(len(ROWS), longest, n)
        x = norm(name + norm1, linear(name + attention[3], mixed) + x)
        x = norm(name + norm2, linear(name + feed[1], functional.gelu(linear(name + feed[0], x))) + x)
    activation = torch.tanh if c["model_type"] == "roberta" else torch.relu
    first = linear(head[1], activation(linear(head[0], x[:, 0])))
    mean = linear(head[1], (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True))
    return {"config": c, "tensors": sorted(W), "cls_logits": first, "mean_logits": mean}


def rounded(rows):
    return [[round(value, 8) for value in row] for row in rows.tolist()]


origin = f"encoders.py with torch {torch.__version__} and numpy {numpy.__version__}: /usr/bin/python3 encoders.py"
cases = [{key: rounded(value) if torch.is_tensor(value) else value for key, value in forward(config).items()}
         for config in CONFIGS]
print('{"origin": %s,\n "rows": %s,\n "cases": [\n%s]}' % (
    json.dumps(origin), json.dumps(ROWS),
    ",\n".join("  {%s}" % ",\n   ".join(f'"{key}": {json.dumps(value)}' for key, value in found.items())
               for found in cases)))
