"""The diffusion model's text encoder: CLIP's text transformer, but every token sees every other one.

Five of the padding's places, which no caption of up to 20 words reaches, are used as registers: each learns to hold
what lies at one of the world's five places, and the last token holds the whole scene. The U-Net then finds what
belongs at a place under a fixed key. A frozen text encoder that was nearly a bag of words had left which colour
belongs to which shape open: shape + colour .63 in the prototype.
"""
import torch
from torch import nn

from attention import attend, split_heads
from clip_tokenizer import LENGTH
from fast_linear import Linear

WIDTH, HEADS, LAYERS = 128, 4, 3
REGISTERS = slice(LENGTH - 6, LENGTH - 1)       # centre, left, right, top, bottom


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


class TextLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out_proj = Linear(WIDTH, 3 * WIDTH), Linear(WIDTH, WIDTH)
        self.fc1, self.fc2 = Linear(WIDTH, 4 * WIDTH), Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        parts = [split_heads(part, HEADS) for part in self.qkv(self.layer_norm1(x)).split(WIDTH, -1)]
        x = x + self.out_proj(attend(*parts))
        return x + self.fc2(quick_gelu(self.fc1(self.layer_norm2(x))))


class TextEncoder(nn.Module):
    def __init__(self, vocabulary: int):
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, WIDTH)
        self.position_embedding = nn.Embedding(LENGTH, WIDTH)
        self.layers = nn.ModuleList([TextLayer() for _ in range(LAYERS)])
        self.final_layer_norm = nn.LayerNorm(WIDTH)
        nn.init.normal_(self.token_embedding.weight, 0, .3)
        nn.init.normal_(self.position_embedding.weight, 0, .3)

    def forward(self, input_ids):
        x = self.token_embedding(input_ids) + self.position_embedding.weight[:input_ids.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return self.final_layer_norm(x)
