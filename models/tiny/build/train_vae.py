"""Trains the autoencoder on fresh pictures, then fixes the scale of its latents."""
import argparse

import numpy as np
import torch
from torch import nn

from training import WORK, Log, learning_rate, set_rate, start, to_input
from vae import Decoder, Encoder
from world import Sampler

BATCH, PEAK = 16, 2e-3
SCALING_FACTOR = .8     # diffusers divides latents by it; the decoder undoes it together with the channels' own scales


@torch.no_grad()
def error(encoder, decoder, count=200):
    sampler = Sampler(920)
    pictures = to_input(sampler.pictures(sampler.scenes(count)))
    return round(float((decoder(encoder(pictures)[0]).clamp(-1, 1) - pictures).pow(2).mean()), 5)


@torch.no_grad()
def standardise(encoder, decoder, count=2000):
    """From here on the decoder takes latents of mean 0 and variance 1, divided by the scaling factor."""
    sampler = Sampler(42)
    latents = torch.cat([encoder(to_input(sampler.pictures(sampler.scenes(100))))[0] for _ in range(count // 100)])
    deviation = latents.std((0, 2, 3), keepdim=True)[0]
    decoder.shift.copy_(latents.mean((0, 2, 3), keepdim=True)[0])
    decoder.scale.copy_(deviation * SCALING_FACTOR)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=2500)
    steps = arguments.parse_args().steps
    start(41)
    log = Log("vae")
    encoder, decoder, sampler = Encoder(), Decoder(), Sampler(41)
    parameters = list(encoder.parameters()) + list(decoder.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=PEAK, weight_decay=.01)
    recent = []
    for step in range(steps):
        set_rate(optimiser.param_groups[0], learning_rate(PEAK, step, steps, 50))
        pictures = to_input(sampler.pictures(sampler.scenes(BATCH)))
        mean, log_variance = encoder(pictures)
        drawn = decoder(mean + torch.randn_like(mean) * (.5 * log_variance).exp())
        divergence = .5 * (mean ** 2 + log_variance.exp() - 1 - log_variance).mean()
        difference = drawn - pictures
        loss = difference.abs().mean() + 2 * difference.pow(2).mean() + 1e-3 * divergence
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.)
        optimiser.step()
        recent.append([loss.item(), difference.pow(2).mean().item(), divergence.item()])
        if (step + 1) % 100 == 0:
            log(step + 1, "loss/square error/divergence", np.mean(recent, 0).round(4).tolist(),
                error(encoder, decoder) if (step + 1) % 500 == 0 else "")
            recent = []
    found = error(encoder, decoder)
    standardise(encoder, decoder)
    log("square error on unseen pictures", found)
    torch.save({"encoder": encoder.state_dict(), "decoder": decoder.state_dict(), "square error": found,
                "scaling factor": SCALING_FACTOR, "seconds": log.seconds()}, WORK / "vae.pt")


if __name__ == "__main__":
    main()
