"""Exports a network as ONNX: plain operators, weights in half precision, each with a Cast to single precision after it."""
import io
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

OPSET = 13
SMALL = 16      # tensors of fewer numbers stay in single precision


def export(module: torch.nn.Module, path: Path, example, inputs, output: str, dynamic, rename=None):
    """inputs: names in the order of the example; dynamic: input or output name -> {axis: name}."""
    buffer = io.BytesIO()
    torch.onnx.export(module.eval(), tuple(example), buffer, input_names=list(inputs), output_names=[output], dynamic_axes=dynamic,
                      opset_version=OPSET, do_constant_folding=True)
    model = onnx.load_from_string(buffer.getvalue())
    if rename:
        rename_values(model.graph, rename)
    halve(model.graph)
    model.producer_name, model.producer_version, model.doc_string = "tiny-world", "1", "Apache-2.0"
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())


def rename_values(graph, rename):
    for node in graph.node:
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                names[i] = rename(name)
        node.name = rename(node.name)
    for tensor in graph.initializer:
        tensor.name = rename(tensor.name)


def halve(graph):
    """Halves what is stored, not what is computed: a runtime folds the Casts when it loads the file."""
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= SMALL:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ".half"))
            casts.append(helper.make_node("Cast", [name + ".half"], [name], name=name + ".single", to=TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
