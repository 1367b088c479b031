"""Evaluates a shipped ONNX file operator by operator with torch: a check on the files that needs no runtime.

It knows the operators that the pack's files use and no others.
"""
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional as F

TYPES = {1: torch.float32, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float16}


def whole(values):
    return [int(v) for v in torch.as_tensor(values).flatten().tolist()]


def slice_of(x, starts, ends, axes=None, steps=None):
    starts, ends = whole(starts), whole(ends)
    axes = whole(axes) if axes is not None else range(len(starts))
    steps = whole(steps) if steps is not None else [1] * len(starts)
    where = [slice(None)] * x.dim()
    for axis, begin, end, step in zip(axes, starts, ends, steps):
        where[axis] = slice(begin, min(end, 1 << 40), step)
    return x[tuple(where)]


def convolution(a, x, weight, bias=None):
    pads = a.get("pads", [0, 0, 0, 0])
    assert pads[:2] == pads[2:] and a.get("group", 1) == 1
    return F.conv2d(x, weight, bias, stride=a.get("strides", [1, 1]), padding=pads[:2])


def reshape(a, x, shape):
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(whole(shape))])


def gather(a, x, indices):
    axis = a.get("axis", 0)
    picked = x.index_select(axis, indices.flatten().long() % x.shape[axis])
    return picked.reshape(x.shape[:axis] + indices.shape + x.shape[axis + 1:])


def split(a, x, sizes=None):
    axis = a.get("axis", 0)
    return x.split(whole(sizes), axis)


def reduce_mean(a, x):
    return x.mean(a["axes"], keepdim=bool(a.get("keepdims", 1)))


def depth_to_space(a, x):
    assert a["mode"] == "CRD"
    return F.pixel_shuffle(x, a["blocksize"])


OPERATORS = {
    "Add": lambda a, x, y: x + y, "Sub": lambda a, x, y: x - y, "Mul": lambda a, x, y: x * y,
    "Div": lambda a, x, y: x // y if x.dtype in (torch.int64, torch.int32) else x / y,
    "Pow": lambda a, x, y: x ** y, "Sqrt": lambda a, x: x.sqrt(), "Sin": lambda a, x: x.sin(), "Cos": lambda a, x: x.cos(),
    "Sigmoid": lambda a, x: x.sigmoid(), "Relu": lambda a, x: x.relu(), "Softmax": lambda a, x: x.softmax(a.get("axis", -1)),
    "MatMul": lambda a, x, y: x @ y, "Transpose": lambda a, x: x.permute(a["perm"]), "Identity": lambda a, x: x,
    "Gemm": lambda a, x, y, c: x @ (y.t() if a.get("transB") else y) + c,
    "Conv": convolution, "Reshape": reshape, "Gather": gather, "Split": split, "ReduceMean": reduce_mean,
    "Concat": lambda a, *parts: torch.cat(parts, a["axis"]), "DepthToSpace": depth_to_space,
    "Slice": lambda a, *parts: slice_of(*parts), "Cast": lambda a, x: x.to(TYPES[a["to"]]),
    "Unsqueeze": lambda a, x, axes: unsqueeze(x, whole(axes)), "Squeeze": lambda a, x, axes: x.squeeze(whole(axes)[0]),
    "Shape": lambda a, x: torch.tensor(x.shape), "Expand": lambda a, x, shape: x.expand(torch.broadcast_shapes(x.shape, whole(shape))),
    "InstanceNormalization": lambda a, x, weight, bias: F.instance_norm(x, weight=weight, bias=bias, eps=a["epsilon"]),
    "MaxPool": lambda a, x: F.max_pool2d(x, a["kernel_shape"], a["strides"]),
    "Constant": lambda a: torch.from_numpy(np.array(numpy_helper.to_array(a["value"]))),
    "ConstantOfShape": lambda a, shape: torch.full(whole(shape), numpy_helper.to_array(a["value"]).item()),
}


def unsqueeze(x, axes):
    for axis in axes:
        x = x.unsqueeze(axis)
    return x


class OnnxNetwork:
    def __init__(self, path):
        self.graph = onnx.load(str(path)).graph
        self.constants = {t.name: torch.from_numpy(np.array(numpy_helper.to_array(t))) for t in self.graph.initializer}

    @torch.no_grad()
    def __call__(self, *inputs, value=None):
        """The first output, or any value inside the graph by its name."""
        values = dict(self.constants)
        values.update(zip([i.name for i in self.graph.input], inputs))
        for node in self.graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            attributes = {k: v.decode() if isinstance(v, bytes) else v for k, v in attributes.items()}
            out = OPERATORS[node.op_type](attributes, *[values[name] if name else None for name in node.input])
            values.update(zip(node.output, out if isinstance(out, (tuple, list)) else [out]))
        return values[value or self.graph.output[0].name]
