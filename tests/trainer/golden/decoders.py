"""Logits of tiny language models of each family by a second implementation: fp64, row by row, position by
position, rotary positions as complex numbers; for tests/trainer/decoder_test.cpp.

Writes decoders.json:  /usr/bin/python3 decoders.py > decoders.json   (Debian's python3-torch for GELU and SiLU)
"""
import json
import math

import numpy
import torch
from torch.nn import functional

ROWS = [[1, 7, 22, 3, 9, 30], [5], [2, 19, 19, 4]]
LLAMA = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
         "intermediate_size": 20, "vocab_size": 31, "max_position_embeddings": 32, "rms_norm_eps": 1e-5,
         "hidden_act": "silu"}
LLAMA3_ROPE = {"rope_type": "llama3", "rope_theta": 50.0, "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
               "original_max_position_embeddings": 16}
CONFIGS = [
    {"model_type": "gpt2", "n_embd": 12, "n_layer": 2, "n_head": 3, "n_positions": 16, "vocab_size": 31,
     "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new"},
    {**LLAMA, "model_type": "llama", "rope_theta": 100.0, "rope_scaling": {"type": "linear", "factor": 2.0},
     "tie_word_embeddings": False, "attention_bias": True, "mlp_bias": True},
    {**LLAMA, "model_type": "llama", "head_dim": 8, "rope_parameters": LLAMA3_ROPE, "tie_word_embeddings": True},
    {**LLAMA, "model_type": "qwen2", "num_attention_heads": 2, "num_key_value_heads": 2, "tie_word_embeddings": True},
    {**LLAMA, "model_type": "qwen3", "head_dim": 6, "num_key_value_heads": 1, "rope_theta": 1000.0,
     "tie_word_embeddings": False},
]


def gpt2_shapes(c):
    n, inner = c["n_embd"], c.get("n_inner") or 4 * c["n_embd"]
    shapes = {"transformer.wte.weight": (c["vocab_size"], n), "transformer.wpe.weight": (c["n_positions"], n),
              "transformer.ln_f.weight": (n,), "transformer.ln_f.bias": (n,)}
    for i in range(c["n_layer"]):
        name = f"transformer.h.{i}"
        for norm in ("ln_1", "ln_2"):
            shapes[f"{name}.{norm}.weight"] = shapes[f"{name}.{norm}.bias"] = (n,)
        for module, into, out in (("attn.c_attn", n, 3 * n), ("attn.c_proj", n, n), ("mlp.c_fc", n, inner),
                                  ("mlp.c_proj", inner, n)):
            shapes[f"{name}.{module}.weight"], shapes[f"{name}.{module}.bias"] = (into, out), (out,)
    return shapes


def head_dim(c):
    return c.get("head_dim", c["hidden_size"] // c["num_attention_heads"])


def llama_shapes(c):
    n, inner, d = c["hidden_size"], c["intermediate_size"], head_dim(c)
    q, k = c["num_attention_heads"] * d, c["num_key_value_heads"] * d
    shapes = {"model.embed_tokens.weight": (c["vocab_size"], n), "model.norm.weight": (n,)}
    if not c["tie_word_embeddings"]:
        shapes["lm_head.weight"] = (c["vocab_size"], n)
    all_bias = c.get("attention_bias", False)
    for i in range(c["num_hidden_layers"]):
        name = f"model.layers.{i}"
        shapes[f"{name}.input_layernorm.weight"] = shapes[f"{name}.post_attention_layernorm.weight"] = (n,)
        for module, out, into, bias in (("q_proj", q, n, True), ("k_proj", k, n, True), ("v_proj", k, n, True),
                                        ("o_proj", n, q, False)):
            shapes[f"{name}.self_attn.{module}.weight"] = (out, into)
            if all_bias or bias and c["model_type"] == "qwen2":
                shapes[f"{name}.self_attn.{module}.bias"] = (out,)
        if c["model_type"] == "qwen3":
            shapes[f"{name}.self_attn.q_norm.weight"] = shapes[f"{name}.self_attn.k_norm.weight"] = (d,)
        for module, out, into in (("gate_proj", inner, n), ("up_proj", inner, n), ("down_proj", n, inner)):
            shapes[f"{name}.mlp.{module}.weight"] = (out, into)
            if c.get("mlp_bias"):
                shapes[f"{name}.mlp.{module}.bias"] = (out,)
    return shapes


def weights(shapes):
    """The formula of formula_weights() in tiny_model.hpp, numbered in the order of the names."""
    found = {}
    for number, name in enumerate(sorted(shapes)):
        count = int(numpy.prod(shapes[name]))
        values = numpy.array([0.3 * math.sin(0.37 * i * i + 1.7 * number) for i in range(count)])
        if len(shapes[name]) == 1 and name.endswith("weight"):
            values += 1.0
        found[name] = torch.tensor(values.astype(numpy.float32).astype(numpy.float64).reshape(shapes[name]))
    return found


def attend(query, keys, values):
    """One query (d) over the keys and values so far (t, d)."""
    return torch.softmax(keys @ query / math.sqrt(len(query)), 0) @ values


def attention(q, k, v, heads, kv_heads):
    """q: (t, heads, d); every query sees itself and what came before."""
    out = torch.empty_like(q)
    for position in range(len(q)):
        for head in range(heads):
            shared = head * kv_heads // heads
            out[position, head] = attend(q[position, head], k[:position + 1, shared], v[:position + 1, shared])
    return out.reshape(len(q), -1)


def gpt2_logits(c, W, row):
    n, heads = c["n_embd"], c["n_head"]

    def norm(name, x):
        return functional.layer_norm(x, (n,), W[name + ".weight"], W[name + ".bias"], c["layer_norm_epsilon"])

    def conv(name, x):
        return x @ W[name + ".weight"] + W[name + ".bias"]

    x = W["transformer.wte.weight"][row] + W["transformer.wpe.weight"][:len(row)]
    for i in range(c["n_layer"]):
        name = f"transformer.h.{i}"
        q, k, v = (part.reshape(len(row), heads, -1)
                   for part in conv(f"{name}.attn.c_attn", norm(f"{name}.ln_1", x)).split(n, 1))
        x = x + conv(f"{name}.attn.c_proj", attention(q, k, v, heads, heads))
        inner = conv(f"{name}.mlp.c_fc", norm(f"{name}.ln_2", x))
        inner = 0.5 * inner * (1 + torch.tanh(math.sqrt(2 / math.pi) * (inner + 0.044715 * inner ** 3)))
        x = x + conv(f"{name}.mlp.c_proj", inner)
    return norm("transformer.ln_f", x) @ W["transformer.wte.weight"].T


def frequencies(c):
    d = head_dim(c)
    rope = c.get("rope_parameters") or c.get("rope_scaling") or {}
    theta = rope.get("rope_theta", c.get("rope_theta", 10000.0))
    found = [theta ** (-2 * i / d) for i in range(d // 2)]
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind == "linear":
        found = [f / rope["factor"] for f in found]
    if kind == "llama3":
        low = rope["original_max_position_embeddings"] / rope["low_freq_factor"]
        high = rope["original_max_position_embeddings"] / rope["high_freq_factor"]
        scaled = []
        for f in found:
            wave = 2 * math.pi / f
            if wave < high:
                scaled.append(f)
            elif wave > low:
                scaled.append(f / rope["factor"])
            else:
                smooth = (rope["original_max_position_embeddings"] / wave - rope["low_freq_factor"]) / (
                    rope["high_freq_factor"] - rope["low_freq_factor"])
                scaled.append((1 - smooth) * f / rope["factor"] + smooth * f)
        found = scaled
    return torch.tensor(found, dtype=torch.float64)


def rotate(c, x):
    """x: (t, heads, d); the i-th of the first half and of the second half are one complex number."""
    d = x.shape[-1]
    numbers = torch.complex(x[..., :d // 2], x[..., d // 2:])
    angles = torch.arange(len(x), dtype=torch.float64)[:, None, None] * frequencies(c)
    turned = numbers * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([turned.real, turned.imag], -1)


def llama_logits(c, W, row):
    heads, kv_heads = c["num_attention_heads"], c["num_key_value_heads"]

    def norm(name, x):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + c["rms_norm_eps"]) * W[name + ".weight"]

    def linear(name, x):
        return functional.linear(x, W[name + ".weight"], W.get(name + ".bias"))

    x = W["model.embed_tokens.weight"][row]
    for i in range(c["num_hidden_layers"]):
        name = f"model.layers.{i}"
        inside = norm(f"{name}.input_layernorm", x)
        q, k, v = (linear(f"{name}.self_attn.{part}_proj", inside).reshape(len(row), -1, head_dim(c)) for part in "qkv")
        if c["model_type"] == "qwen3":
            q, k = norm(f"{name}.self_attn.q_norm", q), norm(f"{name}.self_attn.k_norm", k)
        x = x + linear(f"{name}.self_attn.o_proj", attention(rotate(c, q), rotate(c, k), v, heads, kv_heads))
        inside = norm(f"{name}.post_attention_layernorm", x)
        gate = functional.silu(linear(f"{name}.mlp.gate_proj", inside))
        x = x + linear(f"{name}.mlp.down_proj", gate * linear(f"{name}.mlp.up_proj", inside))
    head = "model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"
    return norm("model.norm", x) @ W[head].T


STORY = {"hidden": 12, "inner": 20, "layers": 2, "heads": 3, "kv_heads": 1, "vocab": 31, "context": 16}


def llama2c_logits(row):
    """As llama2.c computes: arrays by kind, numbered in the order of the file; neighbouring pairs turn."""
    s = STORY
    n, d = s["hidden"], s["hidden"] // s["heads"]
    kinds = [("embed", (s["vocab"], n)), ("att_norm", (s["layers"], n)), ("q", (s["layers"], n, n)),
             ("k", (s["layers"], s["kv_heads"] * d, n)), ("v", (s["layers"], s["kv_heads"] * d, n)),
             ("o", (s["layers"], n, n)), ("ffn_norm", (s["layers"], n)), ("gate", (s["layers"], s["inner"], n)),
             ("down", (s["layers"], n, s["inner"])), ("up", (s["layers"], s["inner"], n)), ("norm", (n,))]
    W = {}
    for number, (name, shape) in enumerate(kinds):
        values = numpy.array([0.3 * math.sin(0.37 * i * i + 1.7 * number) for i in range(int(numpy.prod(shape)))])
        W[name] = torch.tensor((values + (1.0 if "norm" in name else 0.0)).astype(numpy.float32).astype(numpy.float64)
                               .reshape(shape))

    def norm(weight, x):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-5) * weight

    def turn(x):
        numbers = torch.view_as_complex(x.reshape(len(row), -1, d // 2, 2).contiguous())
        angles = torch.arange(len(row), dtype=torch.float64)[:, None, None] * torch.tensor(
            [10000.0 ** (-2 * i / d) for i in range(d // 2)], dtype=torch.float64)
        return torch.view_as_real(numbers * torch.polar(torch.ones_like(angles), angles)).reshape(x.shape)

    x = W["embed"][row]
    for i in range(s["layers"]):
        inside = norm(W["att_norm"][i], x)
        q, k, v = ((inside @ W[part][i].T).reshape(len(row), -1, d) for part in "qkv")
        x = x + attention(turn(q), turn(k), v, s["heads"], s["kv_heads"]) @ W["o"][i].T
        inside = norm(W["ffn_norm"][i], x)
        x = x + (functional.silu(inside @ W["gate"][i].T) * (inside @ W["up"][i].T)) @ W["down"][i].T
    return norm(W["norm"], x) @ W["embed"].T


def case(config):
    gpt2 = config["model_type"] == "gpt2"
    W = weights(gpt2_shapes(config) if gpt2 else llama_shapes(config))
    logits = torch.cat([(gpt2_logits if gpt2 else llama_logits)(config, W, row) for row in ROWS])
    return {"config": config, "tensors": sorted(W),
            "logits": [[round(v, 6) for v in token.tolist()] for token in logits]}


cases = [case(config) for config in CONFIGS]
origin = f"decoders.py with torch {torch.__version__} and numpy {numpy.__version__}: /usr/bin/python3 decoders.py"
print('{"origin": %s,\n "rows": %s,\n "cases": [' % (json.dumps(origin), json.dumps(ROWS)))
print(",\n".join('  {"config": %s,\n   "tensors": %d,\n   "logits": [\n%s]}' % (
    json.dumps(found["config"]), len(found["tensors"]),
    ",\n".join("    " + json.dumps(token) for token in found["logits"])) for found in cases))
story = {"shape": list(STORY.values()), "logits": [[round(v, 6) for v in llama2c_logits(ROWS[0])[-1].tolist()]]}
print(' ],\n "llama2c": %s}' % json.dumps(story))
