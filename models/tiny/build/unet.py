"""The U-Net: 16x16 latents, thin at 16x16, most of its work at 8x8, where it asks the text what lies at each place.

It predicts v. Positions are learned and added before each attention, so that a query knows its place; the text's
tokens know theirs (see text_encoder.py). The last token, the whole scene, joins the time embedding.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from attention import attend, split_heads
from fast_linear import Linear
from text_encoder import WIDTH as TEXT, quick_gelu
from vae import CHANNELS, norm

THIN, MIDDLE, DEEP = 24, 96, 128        # channels at 16x16, 8x8 and 4x4
TIME, WAVES = 128, 32
HEADS = 4


class Residual(nn.Module):
    """Two convolutions; time and scene scale and shift what lies between them."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.norm1, self.norm2 = norm(inputs), norm(outputs)
        self.conv1, self.conv2 = nn.Conv2d(inputs, outputs, 3, padding=1), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.time = Linear(TIME, 2 * outputs)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.time.weight)
        nn.init.zeros_(self.time.bias)

    def forward(self, x, time):
        scale, shift = self.time(time)[:, :, None, None].split(self.conv1.out_channels, 1)
        h = self.norm2(self.conv1(F.silu(self.norm1(x)))) * (1 + scale) + shift
        return self.skip(x) + self.conv2(F.silu(h))


class Attention(nn.Module):
    """Cross-attention to the text and a feed-forward layer, with self-attention before them where asked."""

    def __init__(self, width: int, side: int, self_attention: bool):
        super().__init__()
        self.width, self.side = width, side
        self.norm = norm(width)
        self.positions = nn.Parameter(torch.randn(1, side * side, width) * .3)
        self.qkv, self.out = (Linear(width, 3 * width), Linear(width, width)) if self_attention else (None, None)
        self.norm_self = nn.LayerNorm(width) if self_attention else None
        self.norm_cross, self.norm_feed = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key_value, self.answer = Linear(width, width), Linear(TEXT, 2 * width), Linear(width, width)
        self.fc1, self.fc2 = Linear(width, 2 * width), Linear(2 * width, width)

    def forward(self, x, text):
        y = self.norm(x).flatten(2).transpose(1, 2) + self.positions
        if self.qkv is not None:
            y = y + self.out(attend(*(split_heads(part, HEADS) for part in self.qkv(self.norm_self(y)).split(self.width, -1))))
        key, value = [split_heads(part, HEADS) for part in self.key_value(text).split(self.width, -1)]
        y = y + self.answer(attend(split_heads(self.query(self.norm_cross(y)), HEADS), key, value))
        y = y + self.fc2(quick_gelu(self.fc1(self.norm_feed(y))))
        return x + y.transpose(1, 2).reshape(-1, self.width, self.side, self.side)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.time1, self.time2 = Linear(2 * WAVES, TIME), Linear(TIME, TIME)
        self.scene = Linear(TEXT, TIME)
        self.register_buffer("waves", torch.exp(-math.log(10000) * torch.arange(WAVES) / WAVES), persistent=False)
        self.conv_in = nn.Conv2d(CHANNELS, THIN, 3, padding=1)
        self.down16, self.to8 = Residual(THIN, THIN), nn.Conv2d(THIN, MIDDLE, 3, 2, 1)
        self.down8, self.ask8, self.to4 = Residual(MIDDLE, MIDDLE), Attention(MIDDLE, 8, False), nn.Conv2d(MIDDLE, DEEP, 3, 2, 1)
        self.mid4, self.ask4, self.more4 = Residual(DEEP, DEEP), Attention(DEEP, 4, True), Residual(DEEP, DEEP)
        self.from4, self.up8, self.ask8_again = nn.Conv2d(DEEP, 4 * 48, 1), Residual(48 + MIDDLE, MIDDLE), Attention(MIDDLE, 8, True)
        self.from8, self.up16 = nn.Conv2d(MIDDLE, 4 * THIN, 1), Residual(2 * THIN, THIN)
        self.norm_out, self.conv_out = norm(THIN), nn.Conv2d(THIN, CHANNELS, 3, padding=1)

    def embed(self, timestep, text):
        angles = timestep.float()[:, None] * self.waves
        time = self.time2(F.silu(self.time1(torch.cat([angles.sin(), angles.cos()], 1))))
        return F.silu(time + self.scene(text[:, -1]))

    def features(self, sample, timestep, text):
        """What the last layers draw from, and the map at 8x8, of which training asks what lies where."""
        time = self.embed(timestep, text)
        thin = self.down16(self.conv_in(sample), time)
        middle = self.ask8(self.down8(self.to8(thin), time), text)
        deep = self.more4(self.ask4(self.mid4(self.to4(middle), time), text), time)
        up = self.ask8_again(self.up8(torch.cat([F.pixel_shuffle(self.from4(deep), 2), middle], 1), time), text)
        return self.up16(torch.cat([F.pixel_shuffle(self.from8(up), 2), thin], 1), time), up

    def output(self, x):
        return self.conv_out(F.silu(self.norm_out(x)))

    def forward(self, sample, timestep, text):
        """timestep: [1] or [B]."""
        return self.output(self.features(sample, timestep, text)[0])
