"""A graph for ONNX while it is written: its nodes and constants, in order."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Graph"]


class Graph:
    """The nodes and constants, each known by the name of what comes out of it."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

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
