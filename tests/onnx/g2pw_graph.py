"""Writes a small graph of the shape of g2pW.onnx, its weights by a formula.

    g2pw_graph.py STYLE OUT     STYLE: folded or named

folded: as an export of PyTorch 1.x at operator set 12 has it: matrices are folded with their
transposition and have numbers for names, constants are nodes, norms are taken apart.
named: as later tools leave it: every weight under its own name with a Transpose behind it, norms
whole, constants among the initialisers, scores multiplied instead of divided.
"""
import sys

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

WIDTH, HEADS, FORWARD, LAYERS, WORDS, PLACES = 32, 2, 48, 3, 12, 24
READINGS, CHARACTERS, TAGS = 7, 4, 3
EPSILON = 1e-3  # large, so that a network that takes another one differs

style, out = sys.argv[1:]
folded = style == "folded"
nodes, weights, names = [], [], iter(range(100, 100000))


def weight(name, shape, offset=0.0, scale=None):
    """Every value follows from the name and its place."""
    count = int(np.prod(shape))
    seed = float(sum((i + 1) * ord(c) for i, c in enumerate(name)) % 9973)
    values = np.modf(np.abs(np.sin(np.arange(count) * 12.9898 + seed) * 43758.5453))[0] * 2 - 1
    scale = scale or 1.7 / np.sqrt(shape[-1])
    return (offset + values * scale).reshape(shape).astype(np.float32)


def stored(name, array):
    weights.append(numpy_helper.from_array(np.array(array, order="C"), name))
    return name


def op(kind, *inputs, **attributes):
    name = str(next(names))
    nodes.append(helper.make_node(kind, list(inputs), [name], kind + "_" + name, **attributes))
    return name


def constant(value, dtype=np.float32):
    array = np.array(value, dtype)
    if folded:
        return op("Constant", value=numpy_helper.from_array(array))
    return stored("constant_" + str(next(names)), array)


def unsqueeze(x, axis):
    return op("Unsqueeze", x, axes=[axis]) if folded else op("Unsqueeze", x, constant([axis], np.int64))


def total(x, axis):
    if folded:
        return op("ReduceSum", x, axes=[axis], keepdims=1)
    return op("ReduceSum", x, constant([axis], np.int64), keepdims=1)


def linear(x, name, inputs, outputs):
    matrix, bias = weight(name + ".weight", (outputs, inputs)), weight(name + ".bias", (outputs,))
    bias = stored(name + ".bias", bias)
    if folded:
        return op("Add", op("MatMul", x, stored(str(next(names)), matrix.T)), bias)
    turned = op("Transpose", stored(name + ".weight", matrix), perm=[1, 0])
    return op("Add", bias, op("MatMul", x, turned))


def norm(x, name):
    gain = stored(name + ".weight", weight(name + ".weight", (WIDTH,), 1.0, 0.2))
    shift = stored(name + ".bias", weight(name + ".bias", (WIDTH,), 0.0, 0.2))
    if not folded:
        return op("LayerNormalization", x, gain, shift, axis=-1, epsilon=EPSILON)
    centred = op("Sub", x, op("ReduceMean", x, axes=[-1]))
    variance = op("ReduceMean", op("Pow", centred, constant(2.0)), axes=[-1])
    deviation = op("Sqrt", op("Add", variance, constant(EPSILON)))
    return op("Add", op("Mul", op("Div", centred, deviation), gain), shift)


def heads(x, axes):
    split = op("Reshape", x, constant([0, 0, HEADS, WIDTH // HEADS], np.int64))
    return op("Transpose", split, perm=axes)


def layer(x, name, mask):
    query, key, value = (linear(x, name + "attention.self." + part, WIDTH, WIDTH)
                         for part in ("query", "key", "value"))
    scores = op("MatMul", heads(query, [0, 2, 1, 3]), heads(key, [0, 2, 3, 1]))
    root = (WIDTH / HEADS) ** 0.5
    scores = op("Div", scores, constant(root)) if folded else op("Mul", scores, constant(1 / root))
    attended = op("MatMul", op("Softmax", op("Add", scores, mask), axis=3),
                  heads(value, [0, 2, 1, 3]))
    joined = op("Reshape", op("Transpose", attended, perm=[0, 2, 1, 3]),
                constant([0, 0, WIDTH], np.int64))
    x = norm(op("Add", linear(joined, name + "attention.output.dense", WIDTH, WIDTH), x),
             name + "attention.output.LayerNorm")
    up = linear(x, name + "intermediate.dense", WIDTH, FORWARD)
    erf = op("Add", op("Erf", op("Div", up, constant(2 ** 0.5))), constant(1.0))
    gelu = op("Mul", op("Mul", up, erf), constant(0.5))
    return norm(op("Add", linear(gelu, name + "output.dense", FORWARD, WIDTH), x),
                name + "output.LayerNorm")


def table(name, rows, columns, scale):
    return stored(name + ".weight", weight(name + ".weight", (rows, columns), 0.0, scale))


def head(x, name, outputs):
    matrix = stored(name + ".weight", weight(name + ".weight", (outputs, WIDTH), 0.0, 0.5))
    bias = stored(name + ".bias", weight(name + ".bias", (outputs,), 0.0, 0.5))
    return op("Gemm", x, matrix, bias, alpha=1.0, beta=1.0, transB=1)


def bert():
    name = "bert.embeddings."
    words = op("Gather", table(name + "word_embeddings", WORDS, WIDTH, 1.0), "input_ids")
    types = op("Gather", table(name + "token_type_embeddings", 2, WIDTH, 1.0), "token_type_ids")
    length = op("Gather", op("Shape", "input_ids"), constant(1, np.int64), axis=0)
    ids = stored(name + "position_ids", np.arange(PLACES).reshape(1, PLACES))
    used = op("Slice", ids, constant([0], np.int64), unsqueeze(length, 0), constant([1], np.int64))
    places = op("Gather", table(name + "position_embeddings", PLACES, WIDTH, 1.0), used)
    x = norm(op("Add", op("Add", words, types), places), name + "LayerNorm")
    seen = op("Cast", unsqueeze(unsqueeze("attention_mask", 1), 2), to=TensorProto.FLOAT)
    mask = op("Mul", op("Sub", constant(1.0), seen), constant(-10000.0))
    for i in range(LAYERS):
        x = layer(x, f"bert.encoder.layer.{i}.", mask)
    return x


def selected(states):
    """states[arange(batch), position_ids]: with one text and several queries, its row for each."""
    zeros = op("Mul", "position_ids", constant(0, np.int64))
    places = op("Concat", unsqueeze(zeros, 1), unsqueeze("position_ids", 1), axis=1)
    return op("GatherND", states, places)


def probabilities(x):
    tags = op("ArgMax", head(x, "pos_classifier", TAGS), axis=-1, keepdims=0)
    zeros = op("ConstantOfShape", op("Shape", "char_ids"),
               value=helper.make_tensor("zero", TensorProto.INT64, [1], [0]))
    bias = op("Gather", table("descriptor_bias", 1, READINGS, 2.0), zeros)
    first = op("Gather", table("char_descriptor", CHARACTERS, READINGS, 2.0), "char_ids")
    rows = op("Add", op("Mul", "char_ids", constant(TAGS, np.int64)), tags)
    second = op("Gather", table("second_order_descriptor", CHARACTERS * TAGS, READINGS, 2.0), rows)
    known = op("Sigmoid", op("Add", op("Add", op("Add", bias, constant(0.0)), first), second))
    mask = op("Mul", "phoneme_mask", known)
    logits = head(x, "classifier", READINGS)
    weighted = op("Mul", op("Exp", op("Sub", logits, op("ReduceMax", logits, axes=[-1]))), mask)
    return op("Div", weighted, total(weighted, -1))


result = probabilities(selected(bert()))
nodes.append(helper.make_node("Clip", [result, constant(1e-6), constant(1 - 1e-6)], ["probs"]))
integer, real = TensorProto.INT64, TensorProto.FLOAT
texts = [helper.make_tensor_value_info(name, integer, ["batch", "length"])
         for name in ("input_ids", "token_type_ids", "attention_mask")]
queries = [helper.make_tensor_value_info("phoneme_mask", real, ["queries", READINGS])]
queries += [helper.make_tensor_value_info(name, integer, ["queries"])
            for name in ("char_ids", "position_ids")]
graph = helper.make_graph(nodes, "torch-jit-export", texts + queries,
                          [helper.make_tensor_value_info("probs", real, ["queries", READINGS])],
                          weights)
model = helper.make_model(graph, producer_name="pytorch",
                          opset_imports=[helper.make_opsetid("", 12 if folded else 17)])
model.ir_version = 7
checker.check_model(model)
save(model, out)
