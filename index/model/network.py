"""A BERT as a network for ONNX Runtime: rows of words in, vectors of pieces and texts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.model.graph import Graph
from index.model.tokens import centre

__all__ = ["Shape", "Source", "save"]

# The largest weight, and what stands for zero in a row of integers from 0 to 255.
_WEIGHT, _MIDDLE = 127, 128
# GELU gives nothing below -.17, so that its rows need few numbers below zero.
_GELU_ZERO, _GELU_LEAST = 16, 0.17


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a BERT; `first` if a text's vector is its first piece's, not the mean."""

    hidden: int
    layers: int
    heads: int
    epsilon: float
    first: bool = False


class Source(Protocol):
    """The source of the weights: `emb.pos`, `l0.q.w`, `l0.q.b` and so on."""

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return the numbers of a tensor, flat, row by row."""


def save(shape: Shape, source: Source, file: Path, samples: Iterable[NDArray[np.float32]]) -> None:
    """Write the network to `file`; it multiplies matrices of 8-bit integers.

    Inputs: `rows`, shape (texts, pieces, hidden), and `mask`, shape (texts, pieces), 1 for a piece
    and 0 for padding. Outputs: `pieces`, their directions less what all pieces share, and
    `vectors`, those of the texts, normalised. `samples` are the rows of some texts, shape (1,
    pieces, hidden): they show which columns of a state have large numbers, and what pieces share.
    """
    net = _Network(shape, source, *_seen(shape, source, file, samples))
    _write(net, shape, file)


def _seen(
    shape: Shape, source: Source, file: Path, samples: Iterable[NDArray[np.float32]]
) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.float32]]:
    """Return the largest number, or its opposite, in each column of the states of samples, and the
    mean direction of their pieces.
    """
    import onnxruntime

    net = _Floats(shape, source, {}, np.zeros(shape.hidden, np.float32))
    _write(net, shape, file)
    options = onnxruntime.SessionOptions()
    # it warns of constants that only integers need
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    found: dict[str, NDArray[np.float32]] = {}
    pieces = []
    for rows in samples:
        feed = {"rows": rows, "mask": np.ones(rows.shape[:2], np.float32)}
        [vectors], *states = session.run(["pieces", *net.states.values()], feed)
        pieces.append(vectors)
        for name, state in zip(net.states, states, strict=True):
            largest = np.abs(state).max(axis=0)
            found[name] = np.maximum(found.get(name, largest), largest)
    return found, centre(pieces)


def _write(net: _Network, shape: Shape, file: Path) -> None:
    from onnx import TensorProto, helper

    net.build()
    floats, sizes = TensorProto.FLOAT, ["texts", "pieces", shape.hidden]
    inputs = [
        helper.make_tensor_value_info("rows", floats, sizes),
        helper.make_tensor_value_info("mask", floats, sizes[:2]),
    ]
    outputs = [
        helper.make_tensor_value_info("pieces", floats, sizes),
        helper.make_tensor_value_info("vectors", floats, ["texts", shape.hidden]),
        *(helper.make_tensor_value_info(each, floats, None) for each in net.states.values()),
    ]
    net.save("bert", inputs, outputs, file)


@dataclass(frozen=True, slots=True)
class _Quantised:
    """Rows of floats as 8-bit integers: names of nodes and constants.

    `numbers`, shape (rows, columns), is `zero` where the float is 0; `scales`, shape (rows,), is
    the step of each row.
    """

    numbers: str
    zero: str
    scales: str


class _Network(Graph):
    """The network.

    Between the layers a state has shape (texts x pieces, hidden). `states` are more outputs, by the
    name of the first matrix that each is multiplied by; `largest` and `centre` are what `_seen`
    found.
    """

    def __init__(
        self,
        shape: Shape,
        source: Source,
        largest: Mapping[str, NDArray[np.float32]],
        centre: NDArray[np.float32],
    ) -> None:
        super().__init__()
        self._shape = shape
        self._source = source
        self._largest = largest
        self._centre = centre
        self._factors: dict[str, NDArray[np.float32]] = {}
        self.states: dict[str, str] = {}

    def build(self) -> None:
        """Make the whole graph."""
        state = self._embedded()
        for layer in range(self._shape.layers):
            state = self._layer(f"l{layer}", state)
        state = self._node("Reshape", [state, "sizes"])
        if self._shape.first:
            kept = self._node("Gather", [state, self._constant("first", np.int64(0))], axis=1)
        else:
            wide = self._node("Unsqueeze", ["mask", self._constant("wide", np.array([2]))])
            kept = self._node(
                "ReduceSum",
                [self._node("Mul", [state, wide]), self._constant("pooled", np.array([1]))],
                keepdims=0,
            )
        self._node("LpNormalization", [kept], "vectors", axis=-1, p=2)
        unit = self._node("LpNormalization", [state], axis=-1, p=2)
        self._node("Sub", [unit, self._constant("centre", self._centre)], "pieces")

    def _embedded(self) -> str:
        """Return the rows of words with those of their positions, and set what all layers share."""
        hidden = self._shape.hidden
        places = self._source.tensor("emb.pos").reshape(-1, hidden)
        # all of a text is of the first type
        places = places + self._source.tensor("emb.type")[:hidden]
        length = self._node("Shape", ["rows"], start=1, end=2)
        zero = self._constant("zero", np.array([0]))
        some = self._node("Slice", [self._constant("places", places), zero, length, zero])
        self._node("Cast", ["mask"], "kept", to=6)  # int32
        self._node("Shape", ["rows"], "sizes")
        self._constant("flat", np.array([-1, hidden]))
        self._constant("column", np.array([-1, 1]))
        counts = [self._node("Shape", ["mask"]), self._constant("single", np.array([1]))]
        self._node("Concat", counts, "columns", axis=0)
        self._constant("one", np.float32(1))
        state = self._node("Reshape", [self._node("Add", ["rows", some]), "flat"])
        self._node("Shape", [state], "rows.count", start=0, end=1)
        self._zero("middle", _MIDDLE)
        self._constant("middle.step", np.float32(1 / (255 - _MIDDLE)))
        self._zero("low", _GELU_ZERO)
        self._constant("low.step", np.float32(1 / (255 - _GELU_ZERO)))
        self._constant("low.least", np.float32(_GELU_LEAST / _GELU_ZERO))
        return self._normal(state, "emb.ln")

    def _zero(self, name: str, number: int) -> None:
        """Make a constant, and of it a row for each piece, as QuantizeLinear wants it."""
        from onnx import numpy_helper

        zero = np.array([number], np.uint8)
        self._constant(name, zero[0])
        value = numpy_helper.from_array(zero)
        self._node("ConstantOfShape", ["rows.count"], f"{name}.rows", value=value)

    def _layer(self, name: str, state: str) -> str:
        names = [f"{name}.{part}" for part in "qkv"]
        entering = self._smoothed(state, names)
        # attention reads text by text
        entering = replace(entering, numbers=self._node("Reshape", [entering.numbers, "sizes"]))
        self._node("Split", [self._product(entering, names, "columns")], *names, axis=-1)
        query, key, value = names
        # A bias of the keys adds the same to all that a piece is compared with, so it changes
        # nothing; one of the values is added to what comes out, whatever the shares.
        query = self._node("Add", [query, self._bias(f"{name}.q")])
        seen = self._node(
            "MultiHeadAttention",
            [query, key, value, "", "kept"],
            domain="com.microsoft",
            num_heads=self._shape.heads,
        )
        seen = self._node("Reshape", [seen, "flat"])
        moved = self._weight(f"{name}.ao") @ self._source.tensor(f"{name}.v.b")
        seen = self._dense(self._quantised(seen), f"{name}.ao", moved)
        state = self._normal(self._node("Add", [state, seen]), f"{name}.aln")
        wide = self._dense(self._smoothed(state, [f"{name}.fi"]), f"{name}.fi")
        wide = self._node("Gelu", [wide], domain="com.microsoft")
        wide = self._dense(self._quantised_gelu(wide), f"{name}.fo")
        return self._normal(self._node("Add", [state, wide]), f"{name}.oln")

    def _smoothed(self, state: str, names: Sequence[str]) -> _Quantised:
        """Return rows as 8-bit integers, for these matrices.

        A normalised state has a few columns of such large numbers that all others would be rounded
        to little. So columns are divided by factors, by which the weights are multiplied: each gets
        half of what is large (SmoothQuant, Xiao et al. 2023).
        """
        weights = np.abs(self._weight(*names)).max(axis=0)
        ratio = np.maximum(self._largest[names[0]], 1e-6) / np.maximum(weights, 1e-6)
        logs = np.log2(ratio)
        # rounded, so that a last digit that differs on another processor changes no weight
        factors = np.exp2(np.round((logs - logs.mean()) / 2, 1)).astype(np.float32)
        self._factors.update(dict.fromkeys(names, factors))
        smooth = self._constant(f"{names[0]}.smooth", 1 / factors)
        return self._quantised(self._node("Mul", [state, smooth]))

    def _quantised(self, state: str) -> _Quantised:
        """Return rows as 8-bit integers: the largest of a row, or its opposite, is 255 or 1. No row
        is all zeros: each was normalised, or is a mean of values that come from such rows.
        """
        largest = self._node("ReduceMax", [self._node("Abs", [state])], axes=[-1], keepdims=0)
        return self._rounded(state, self._node("Mul", [largest, "middle.step"]), "middle")

    def _quantised_gelu(self, state: str) -> _Quantised:
        """Return rows that come out of GELU as 8-bit integers: the largest of a row is 255."""
        largest = self._node("ReduceMax", [state], axes=[-1], keepdims=0)
        steps = self._node("Max", [self._node("Mul", [largest, "low.step"]), "low.least"])
        return self._rounded(state, steps, "low")

    def _rounded(self, state: str, steps: str, zero: str) -> _Quantised:
        numbers = self._node("QuantizeLinear", [state, steps, f"{zero}.rows"], axis=0)
        return _Quantised(numbers, zero, steps)

    def _dense(self, state: _Quantised, name: str, more: NDArray[np.float32] | None = None) -> str:
        return self._node("Add", [self._product(state, [name], "column"), self._bias(name, more)])

    def _product(self, state: _Quantised, names: Sequence[str], shape: str) -> str:
        """Multiply by matrices side by side, each of whose columns has a scale of its own; `shape`
        is that of the steps beside the rows.
        """
        name, weight = names[0], self._weight(*names).T
        if name in self._factors:
            weight = weight * self._factors[name][:, np.newaxis]
        scales = np.maximum(np.abs(weight).max(axis=0), 1e-12) / _WEIGHT
        product = self._node(
            "MatMulIntegerToFloat",
            [
                state.numbers,
                self._constant(f"{name}.w", np.round(weight / scales).astype(np.int8)),
                "one",
                self._constant(f"{name}.s", scales.astype(np.float32)),
                state.zero,
            ],
            domain="com.microsoft",
        )
        return self._node("Mul", [product, self._node("Reshape", [state.scales, shape])])

    def _weight(self, *names: str) -> NDArray[np.float32]:
        found = [(self._source.tensor(f"{n}.w"), self._source.tensor(f"{n}.b")) for n in names]
        return np.concatenate([weight.reshape(len(bias), -1) for weight, bias in found])

    def _bias(self, name: str, more: NDArray[np.float32] | None = None) -> str:
        bias = self._source.tensor(f"{name}.b")
        return self._constant(f"{name}.b", bias if more is None else bias + more)

    def _normal(self, state: str, name: str) -> str:
        parts = [self._constant(f"{name}.{p}", self._source.tensor(f"{name}.{p}")) for p in "wb"]
        epsilon = self._shape.epsilon
        return self._node("LayerNormalization", [state, *parts], axis=-1, epsilon=epsilon)


class _Floats(_Network):
    """The same network with float products."""

    def _smoothed(self, state: str, names: Sequence[str]) -> _Quantised:
        self.states[names[0]] = state
        return self._quantised(state)

    def _quantised(self, state: str) -> _Quantised:
        return _Quantised(state, "", "")

    _quantised_gelu = _quantised

    def _product(self, state: _Quantised, names: Sequence[str], shape: str) -> str:
        weight = self._constant(f"{names[0]}.w", self._weight(*names).T)
        return self._node("MatMul", [state.numbers, weight])
