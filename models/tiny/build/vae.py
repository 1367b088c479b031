"""The autoencoder between pictures [3, 64, 64] in -1..1 and latents [4, 16, 16].

A plain convolutional one failed in the prototype (mean square error .010 against .0021): three of the four latent
channels carry the picture's colours, reduced, past the convolutions in both directions.
"""
import torch
from torch import nn
from torch.nn import functional as F

CHANNELS, REDUCTION = 4, 4
GROUPS = 8


def norm(channels: int):
    return nn.GroupNorm(GROUPS, channels)


class Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.norm1, self.norm2 = norm(channels), norm(channels)
        self.conv1, self.conv2 = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x):
        return x + self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))


class Encoder(nn.Module):
    """Not shipped: only training needs it. Gives mean and log variance."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 16, 4, 2, 1), nn.SiLU(), nn.Conv2d(16, 48, 4, 2, 1), Residual(48), Residual(48),
            norm(48), nn.SiLU(), nn.Conv2d(48, 2 * CHANNELS, 3, padding=1))
        self.colours = nn.Conv2d(3, CHANNELS, REDUCTION, REDUCTION, bias=False)
        self.body[-1].weight.data *= .1
        self.body[-1].bias.data[CHANNELS:] = -4
        nn.init.normal_(self.colours.weight, 0, .02)
        for k in range(3):
            self.colours.weight.data[k] = 0
            self.colours.weight.data[k, k] = 1.5 / REDUCTION ** 2

    def forward(self, picture):
        mean, log_variance = self.body(picture).chunk(2, 1)
        return mean + self.colours(picture), log_variance.clamp(-8, 4)


class Decoder(nn.Module):
    """44 M multiply-adds; pixel shuffles, so that the work is done in few pixels."""

    def __init__(self):
        super().__init__()
        self.enter = nn.Conv2d(CHANNELS, 64, 3, padding=1)
        self.at16 = Residual(64)
        self.to32 = nn.Conv2d(64, 4 * 24, 1)
        self.at32 = Residual(24)
        self.leave = nn.Sequential(norm(24), nn.SiLU(), nn.Conv2d(24, 4 * 12, 3, padding=1))
        self.at64 = nn.Sequential(nn.SiLU(), nn.Conv2d(12, 3, 3, padding=1))
        self.colours = nn.Conv2d(CHANNELS, 3 * REDUCTION ** 2, 3, padding=1, bias=False)
        # The latents' mean and standard deviation by channel, so that what the U-Net draws has mean 0 and variance 1.
        self.register_buffer("shift", torch.zeros(CHANNELS, 1, 1))
        self.register_buffer("scale", torch.ones(CHANNELS, 1, 1))
        self.at64[1].weight.data *= .1
        nn.init.zeros_(self.colours.weight)
        for k in range(3):
            self.colours.weight.data[k * 16:(k + 1) * 16, k, 1, 1] = 1 / 1.5

    def forward(self, latent):
        latent = latent * self.scale + self.shift
        x = self.at32(F.pixel_shuffle(self.to32(self.at16(self.enter(latent))), 2))
        return self.at64(F.pixel_shuffle(self.leave(x), 2)) + F.pixel_shuffle(self.colours(latent), REDUCTION)
