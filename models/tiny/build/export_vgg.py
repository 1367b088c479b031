"""Writes the VGG as ONNX, with the preprocessing and the embedding that the diffusion reward takes from it."""
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn

from export import preprocessor
from onnx_file import export
from tokenizers import write_json
from training import WORK, to_input
from vgg import STAGES, Vgg, folded
from world import SIDE, Sampler

EMBEDDING = "relu5_2"


def named(features: nn.Sequential, cells: nn.Conv2d) -> nn.Sequential:
    """The layers under VGG's usual names: conv1_1, relu1_1, pool1, conv2_1, ..."""
    layers, rest = OrderedDict(), iter(features)
    for number, stage in enumerate(STAGES, 1):
        for i in range(1, len(stage) + 1):
            layers[f"conv{number}_{i}"], layers[f"relu{number}_{i}"] = next(rest), next(rest)
        if number < len(STAGES):
            layers[f"pool{number}"] = next(rest)
    layers["cells"] = cells
    return nn.Sequential(layers)


def short(name: str) -> str:
    """"/relu5_2/Relu_output_0" is called "relu5_2" in the shipped graph."""
    return name.split("/")[1] if name.startswith("/") else name


def trained_vgg() -> Vgg:
    vgg = Vgg().eval()
    vgg.load_state_dict(torch.load(WORK / "vgg.pt")["vgg"])
    return vgg


@torch.no_grad()
def centre(features, count=2000):
    sampler = Sampler(52)
    pooled = [features(to_input(sampler.pictures(sampler.scenes(100)))).mean((2, 3)) for _ in range(count // 100)]
    return torch.cat(pooled).mean(0)


def export_vgg(pack: Path):
    vgg, folder = trained_vgg(), pack / "vgg"
    features = folded(vgg.features)
    export(named(features, vgg.cells), folder / "model.onnx", [torch.zeros(2, 3, SIDE, SIDE)], ["image"], "cells",
           {"image": {0: "batch"}, "cells": {0: "batch"}}, rename=short)
    write_json(folder / "preprocessor_config.json", preprocessor("ViTImageProcessor", [.5] * 3, [.5] * 3, 2))
    write_json(folder / "image_embedding.json", {
        "model": "model.onnx", "output": EMBEDDING, "pooling": "mean",
        "center": [round(float(c), 6) for c in np.asarray(centre(features))]})
