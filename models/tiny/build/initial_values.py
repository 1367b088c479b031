"""Initial values that let small transformers learn in minutes.

A plain ViT from random values does not see shapes in minutes. It does when the first three layers' heads
start by looking at fixed neighbours, as a convolution does: positions are sines and cosines in the last 32
channels, and query weights rotate them by the wanted offset. Training is free to change all of it.
"""
import math

import torch
from torch import nn

from vit import PATCH, SIDE, WIDTH

POSITION_CHANNELS = 32
NEIGHBOURS = [
    [(1, 0), (-1, 0), (0, 1), (0, -1)],
    [(1, 1), (-1, 1), (1, -1), (-1, -1)],
    [(2, 0), (-2, 0), (0, 2), (0, -2)],
]


def small_random(module: nn.Module):
    """Normal values for all matrices: .02 for embeddings, up to .08 elsewhere."""
    for name, p in module.named_parameters():
        if p.dim() == 2:
            embedding = "embeddings" in name or "wte" in name or "wpe" in name
            nn.init.normal_(p, 0, .02 if embedding else min(.08, p.shape[1] ** -.5))
        elif name.endswith("bias"):
            nn.init.zeros_(p)


def waves(positions: torch.Tensor, frequencies: torch.Tensor) -> torch.Tensor:
    angles = positions.float()[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], 1)


def shift(frequencies: torch.Tensor, offset: int) -> torch.Tensor:
    """The matrix that turns waves(p) into waves(p + offset)."""
    c, s = torch.diag(torch.cos(frequencies * offset)), torch.diag(torch.sin(frequencies * offset))
    return torch.cat([torch.cat([c, s], 1), torch.cat([-s, c], 1)], 0)


def convolution_like(vit, amplitude: float = .7, sharpness: float = 1.12):
    """Sets positions and the attention of layers 1 to 3 of a ViT as described above."""
    small_random(vit)
    grid, half = SIDE // PATCH, POSITION_CHANNELS // 2
    frequencies = math.pi * torch.arange(1, half // 2 + 1) / grid
    token = torch.arange(grid * grid)
    positions = torch.randn(grid * grid + 1, WIDTH) * .02
    positions[1:, -2 * half:-half] = amplitude * waves(token % grid, frequencies)
    positions[1:, -half:] = amplitude * waves(token // grid, frequencies)
    vit.embeddings.position_embeddings.data = positions[None]
    vit.embeddings.patch_embeddings.projection.weight.data[-POSITION_CHANNELS:] *= .1
    for layer, offsets in zip(vit.encoder.layer, NEIGHBOURS):
        query, key = layer.attention.attention.query, layer.attention.attention.key
        for part in (query, key):
            part.weight.data.normal_(0, .02)
        for head, (dx, dy) in enumerate(offsets):
            row = head * 2 * half
            query.weight.data[row:row + half, -2 * half:-half] += sharpness * shift(frequencies, dx)
            query.weight.data[row + half:row + 2 * half, -half:] += sharpness * shift(frequencies, dy)
            key.weight.data[row:row + 2 * half, -2 * half:] += sharpness * torch.eye(2 * half)
