"""A graph for ONNX while it is written: its nodes and constants, in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Graph"]

# Opset 17 is the first with layer normalisation.
_OPSET, _IR = 17, 10


class Graph:
    """The nodes and constants, each known by the name of what comes out of it."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def save(self, name: str, inputs: list[Any], outputs: list[Any], file: Path) -> None:
        """Write it to `file`; its constants are gone then."""
        import onnx
        from onnx import helper

        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        # each of these holds a copy of all weights
        self.constants.clear()
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR)
        del graph
        onnx.save(model, str(file))

    def _node(self, kind: str, inputs: list[str], *outs: str, **attributes: Any) -> str:
        """Add a node; return the name of what comes out first."""
        from onnx import helper

        outs = outs or (f"n{len(self.nodes)}",)
        self.nodes.append(helper.make_node(kind, inputs, outs, **attributes))
        return outs[0]

    def _constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name
