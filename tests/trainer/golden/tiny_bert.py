"""Names, shapes and starting weights of the tiny encoder in tests/trainer/tiny_model.hpp, with a head."""
import math

import numpy

C, LAYERS, HEADS, INNER, VOCABULARY, POSITIONS, CLASSES = 16, 2, 4, 32, 60, 64, 3
EPSILON = 1e-12


def slots():
    yield "embeddings.word_embeddings.weight", (VOCABULARY, C)
    yield "embeddings.position_embeddings.weight", (POSITIONS, C)
    yield "embeddings.token_type_embeddings.weight", (2, C)
    yield from norm("embeddings.LayerNorm", C)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            yield from linear(f"{name}.attention.self.{part}", C, C)
        yield from linear(f"{name}.attention.output.dense", C, C)
        yield from norm(f"{name}.attention.output.LayerNorm", C)
        yield from linear(f"{name}.intermediate.dense", INNER, C)
        yield from linear(f"{name}.output.dense", C, INNER)
        yield from norm(f"{name}.output.LayerNorm", C)
    yield from linear("pooler.dense", C, C)
    yield from linear("classifier", CLASSES, C)


def linear(name, out, into):
    yield name + ".weight", (out, into)
    yield name + ".bias", (out,)


def norm(name, size):
    yield name + ".weight", (size,)
    yield name + ".bias", (size,)


def formula(number, name, shape):
    """The formula of formula_weights() in tiny_model.hpp, rounded to fp32 as there."""
    count = int(numpy.prod(shape))
    values = numpy.array([0.3 * math.sin(0.37 * i * i + 1.7 * number) for i in range(count)])
    if name.endswith("LayerNorm.weight"):
        values += 1.0
    return values.astype(numpy.float32).astype(numpy.float64).reshape(shape)


def weights():
    return {name: formula(number, name, shape) for number, (name, shape) in enumerate(slots())}
