"""A BERT as a network for ONNX Runtime: rows of words in, vectors of pieces and texts out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.model.weights import Blocks

__all__ = ["Shape", "Source", "save"]

# Opset 17 is the first with layer normalisation.
_OPSET, _IR = 17, 10
_BITS, _BLOCK = 4, 32
# Four-bit products on integers of eight bits a row rather than on floats: a question takes two
# thirds of the time, and the vectors keep a cosine of .9999; docs/decisions/0006-runtime.md.
_INTEGERS = 4


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

    def blocks(self, name: str, rows: int) -> Blocks | None:
        """Return a matrix at four bits; None if it has more."""


def save(shape: Shape, source: Source, file: Path) -> None:
    """Write the network to `file`.

    Inputs: `rows`, shape (texts, pieces, hidden), and `mask`, shape (texts, pieces), 1 for a piece
    and 0 for padding. Outputs: `pieces`, their vectors, and `vectors`, those of the texts,
    normalised.
    """
    import onnx
    from onnx import TensorProto, helper

    net = _Network(shape, source)
    net.build()
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        net.nodes,
        "bert",
        [
            helper.make_tensor_value_info("rows", floats, ["texts", "pieces", shape.hidden]),
            helper.make_tensor_value_info("mask", floats, ["texts", "pieces"]),
        ],
        [
            helper.make_tensor_value_info("pieces", floats, ["texts", "pieces", shape.hidden]),
            helper.make_tensor_value_info("vectors", floats, ["texts", shape.hidden]),
        ],
        net.constants,
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", 1)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=_IR), str(file))


class _Network:
    """The nodes and constants of the graph, in order."""

    def __init__(self, shape: Shape, source: Source) -> None:
        self._shape = shape
        self._source = source
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def build(self) -> None:
        """Make the whole graph."""
        state = self._embedded()
        for layer in range(self._shape.layers):
            last = layer == self._shape.layers - 1
            state = self._layer(f"l{layer}", state, "pieces" if last else f"l{layer}")
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

    def _embedded(self) -> str:
        """Return the rows of words with those of their positions, and `mask` as whole numbers."""
        hidden = self._shape.hidden
        places = self._source.tensor("emb.pos").reshape(-1, hidden)
        # all of a text is of the first type
        places = places + self._source.tensor("emb.type")[:hidden]
        length = self._node("Shape", ["rows"], start=1, end=2)
        zero = self._constant("zero", np.array([0]))
        some = self._node("Slice", [self._constant("places", places), zero, length, zero])
        self._node("Cast", ["mask"], "kept", to=6)  # int32
        return self._normal(self._node("Add", ["rows", some]), "emb.ln")

    def _layer(self, name: str, state: str, out: str) -> str:
        heads = [self._dense(state, f"{name}.{part}") for part in ("q", "k", "v")]
        seen = self._node(
            "MultiHeadAttention",
            [*heads, "", "kept"],
            domain="com.microsoft",
            num_heads=self._shape.heads,
        )
        state = self._normal(
            self._node("Add", [state, self._dense(seen, f"{name}.ao")]), f"{name}.aln"
        )
        wide = self._node("Gelu", [self._dense(state, f"{name}.fi")], domain="com.microsoft")
        whole = self._node("Add", [state, self._dense(wide, f"{name}.fo")])
        return self._normal(whole, f"{name}.oln", out)

    def _dense(self, state: str, name: str) -> str:
        values = self._source.tensor(f"{name}.b")
        bias, rows = self._constant(f"{name}.b", values), len(values)
        blocks = self._source.blocks(f"{name}.w", rows)
        if blocks is None:
            weight = self._source.tensor(f"{name}.w").reshape(rows, -1).T
            product = self._node("MatMul", [state, self._constant(f"{name}.w", weight)])
            return self._node("Add", [product, bias])
        return self._node(
            "MatMulNBits",
            [
                state,
                self._constant(f"{name}.w", blocks.packed),
                self._constant(f"{name}.s", blocks.scales.ravel()),
                "",
                "",
                bias,
            ],
            domain="com.microsoft",
            K=blocks.packed.shape[1] * _BLOCK,
            N=rows,
            bits=_BITS,
            block_size=_BLOCK,
            accuracy_level=_INTEGERS,
        )

    def _normal(self, state: str, name: str, out: str = "") -> str:
        parts = [self._constant(f"{name}.{p}", self._source.tensor(f"{name}.{p}")) for p in "wb"]
        epsilon = self._shape.epsilon
        return self._node("LayerNormalization", [state, *parts], out, axis=-1, epsilon=epsilon)

    def _node(self, kind: str, inputs: list[str], out: str = "", **attributes: Any) -> str:
        from onnx import helper

        out = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [out], **attributes))
        return out

    def _constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name
