"""What the shipped drawing files give: test data for other implementations. Inputs follow formulas that any of them can repeat."""
from pathlib import Path

import torch

from clip_tokenizer import LENGTH
from ddim import ALPHAS, STEPS, draw, timesteps
from drawing import ShippedEmbedding, shipped_painter
from pictures import Pictures
from text_encoder import WIDTH
from tokenizers import write_json
from vae import CHANNELS

CAPTIONS = ["", "a star", "a small red circle left of a large blue square on a brown background",
            "a photo of an orange heart and a cross", "A Dog's 2 café-bones, under the table!",
            "a large pink triangle below a little cyan star on a white background"]
DRAWN = [CAPTIONS[2], CAPTIONS[5]]


def numbers(shape, factor: int, period: int, divisor: int):
    """Element i of the flattened tensor: ((factor * i + 1) mod period - period div 2) / divisor. Exact in single precision."""
    i = torch.arange(torch.Size(shape).numel())
    return (((factor * i + 1) % period - period // 2) / divisor).float().reshape(shape)


def probes(tensor, count: int = 12):
    flat = tensor.flatten()
    at = [int(i) for i in torch.linspace(0, len(flat) - 1, count)]
    return {"shape": list(tensor.shape), "mean": number(flat.mean()), "mean_absolute": number(flat.abs().mean()), "at": at,
            "values": [number(flat[i]) for i in at]}


def number(value) -> float:
    return round(float(value), 5)


def given(shape, factor, period, divisor):
    return {"shape": list(shape), "factor": factor, "period": period, "divisor": divisor}


@torch.no_grad()
def write_expected_diffusion(pack: Path):
    painter, embedding = shipped_painter(pack), ShippedEmbedding(pack)
    latent, hidden, noise = (2, CHANNELS, 16, 16), (2, LENGTH, WIDTH), (7919, 4001, 1024)
    sample, context = numbers(latent, 7, 13, 4), numbers(hidden, 5, 11, 4)
    text, empty, start = painter.text(DRAWN), painter.text([""]), numbers(latent, *noise)
    drawings = []
    for guidance in (1., 1.5):
        latents = draw(painter.unet, text, empty, start, STEPS, guidance)
        picture = painter.decoder(latents / painter.scaling_factor)
        drawings.append({"guidance": guidance, "latents": probes(latents), "picture": probes(picture)})
    shown = Pictures(pack, "heldout")
    embedded = embedding(shown.pixels[:4])
    unit = embedded / embedded.norm(dim=-1, keepdim=True)
    write_json(pack / "expected-diffusion.json", {
        "about": "From the shipped files, computed in single precision on a CPU. Probes are values at places of the flattened tensor; "
                 "given tensors have ((factor * i + 1) mod period - period div 2) / divisor at place i.",
        "texts": [{"caption": one, "token_ids": painter.tokenizer.encode(one), "last_hidden_state": probes(painter.text([one]))}
                  for one in CAPTIONS],
        "schedule": {"steps": STEPS, "timesteps": timesteps(STEPS), "alphas_cumprod": [float(ALPHAS[t]) for t in timesteps(STEPS)]},
        "unet": {"sample": given(latent, 7, 13, 4), "timestep": 374, "encoder_hidden_states": given(hidden, 5, 11, 4),
                 "out_sample": probes(painter.unet(sample, torch.tensor([374]), context))},
        "vae_decoder": {"latent_sample": given(latent, 7, 13, 4), "sample": probes(painter.decoder(sample))},
        "drawings": {"captions": DRAWN, "initial_latents": given(latent, *noise), "steps": STEPS, "results": drawings},
        "vgg": {"files": shown.files[:4],
                "centred_embeddings": [{"first": [number(v) for v in row[:8]], "norm": number(row.norm())} for row in embedded],
                "cosine_to_first": [number(unit[0] @ other) for other in unit]}})
