"""diffusers' DDIMScheduler as the pack configures it: squared cosine, v-prediction, trailing timesteps, eta 0."""
import math

import torch

TRAINED_STEPS = 1000
STEPS = 8               # as shipped


def alphas_cumprod():
    """betas_for_alpha_bar of diffusers, in single precision as there."""
    def bar(t):
        return math.cos((t + .008) / 1.008 * math.pi / 2) ** 2

    betas = [min(1 - bar((i + 1) / TRAINED_STEPS) / bar(i / TRAINED_STEPS), .999) for i in range(TRAINED_STEPS)]
    return torch.cumprod(1 - torch.tensor(betas, dtype=torch.float32), 0)


ALPHAS = alphas_cumprod()


def timesteps(steps: int):
    """Trailing: 999, 874, ... 124 for eight of them."""
    return [round(TRAINED_STEPS - i * TRAINED_STEPS / steps) - 1 for i in range(steps)]


def noisy(clean, noise, at):
    """The noised latents and what the U-Net is to say of them."""
    a, s = [part[:, None, None, None] for part in (ALPHAS[at].sqrt(), (1 - ALPHAS[at]).sqrt())]
    return a * clean + s * noise, a * noise - s * clean


@torch.no_grad()
def draw(unet, text, empty, noise, steps: int = STEPS, guidance: float = 1.):
    """Latents for text [B, T, D]; empty [1, T, D] is what the text encoder makes of ""."""
    x = noise
    for t in timesteps(steps):
        if guidance == 1:
            v = unet(x, torch.tensor([t]), text)
        else:
            without, with_text = unet(torch.cat([x, x]), torch.tensor([t]), torch.cat([empty.expand_as(text), text])).chunk(2)
            v = without + guidance * (with_text - without)
        previous = t - TRAINED_STEPS // steps
        now, then = ALPHAS[t], ALPHAS[previous] if previous >= 0 else torch.tensor(1.)
        clean = now.sqrt() * x - (1 - now).sqrt() * v
        noise_in_it = now.sqrt() * v + (1 - now).sqrt() * x
        x = then.sqrt() * clean + (1 - then).sqrt() * noise_in_it
    return x
