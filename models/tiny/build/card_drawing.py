"""Measures the shipped drawing files, shows what they draw and writes the cards of the VGG and the diffusion model."""
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from captions import TRUE_BRIEF
from drawing import ShippedEmbedding, shipped_painter, shipped_settings
from examiner import Examiner
from similarity import ordering
from tokenizers import write, write_json
from training import WORK

UNSEEN, SHOWN, COLUMNS, ENLARGED = 300, 40, 8, 2
PARTS = ("vgg", "vae", "text", "unet")


def measure(pack: Path):
    painter, settings, examiner = shipped_painter(pack), shipped_settings(pack), Examiner(UNSEEN, 942)
    embedding, trained = ShippedEmbedding(pack), {name: torch.load(WORK / f"{name}.pt") for name in PARTS}
    steps, guidance = settings["steps"], settings["guidance"]
    drawn = {"pictures of the world itself": examiner.on_real_pictures()}
    for n, g in dict.fromkeys([(steps, guidance), (steps, 1.), (steps, 1.5), (steps, 2.), (4, guidance), (20, guidance)]):
        found = examiner.examine(painter, g, n)
        drawn[f"{n} steps, guidance {g}" + (" (as shipped)" if (n, g) == (steps, guidance) else "")] = found["asked scene"]
        if (n, g) == (steps, guidance):
            drawn["the same drawings, judged against the wrong scene"] = found["wrong scene"]
    write_contact_sheet(painter, settings, Examiner(SHOWN, 941), pack / "diffusion")
    brief = {g: examiner.brief(painter, g, TRUE_BRIEF) for g in (guidance, 1.5)}
    return {"drawn": drawn, "brief": brief, "order": ordering(embedding.features, embedding.centre), "judge": trained["vgg"]["quality"],
            "square error": trained["vae"]["square error"], "text": trained["text"]["understanding"],
            "samples": trained["unet"]["samples"], "minutes": {name: round(trained[name]["seconds"] / 60, 1) for name in PARTS},
            "settings": settings, "shown": Examiner(SHOWN, 941).captions}


def write_contact_sheet(painter, settings, examiner: Examiner, folder: Path):
    pictures = painter(examiner.captions, examiner.noise, settings["guidance"], settings["steps"])
    pixels = ((pictures + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    rows = [np.concatenate(list(pixels[i:i + COLUMNS]), 1) for i in range(0, SHOWN, COLUMNS)]
    sheet = Image.fromarray(np.concatenate(rows))
    sheet.resize((sheet.width * ENLARGED, sheet.height * ENLARGED), Image.NEAREST).save(folder / "samples.png", optimize=True)


def wide(title: str, rows):
    """A table of {row: {column: value}}."""
    columns = list(dict.fromkeys(name for values in rows.values() for name in values))
    lines = [f"| {title} | " + " | ".join(columns) + " |", "| --- |" + " --- |" * len(columns)]
    lines += [f"| {row} | " + " | ".join(str(values.get(name, "")) for name in columns) + " |" for row, values in rows.items()]
    return "\n".join(lines) + "\n"


def listed(captions):
    rows = [captions[i:i + COLUMNS] for i in range(0, len(captions), COLUMNS)]
    return "\n".join(f"{number}. " + "; ".join(row) for number, row in enumerate(rows, 1)) + "\n"


def write_drawing_cards(pack: Path):
    found = measure(pack)
    write_json(WORK / "report-drawing.json", found)
    write_from(pack, found)
    return found


def write_from(pack: Path, found):
    minutes = ", ".join(f"{name} {value}" for name, value in found["minutes"].items())
    write(pack / "vgg" / "README.md", VGG.format(
        order=wide("mean cosine of 300 pictures of two objects with", found["order"]),
        judge=wide("the judge on 1,000 unseen pictures", {"share right": found["judge"]}), minutes=found["minutes"]["vgg"]))
    write(pack / "diffusion" / "README.md", DIFFUSION.format(
        drawn=wide(f"{UNSEEN} unseen scenes, full captions", found["drawn"]), listed=listed(found["shown"]), minutes=minutes,
        brief=", ".join(f"{share} at guidance {g}" for g, share in found["brief"].items()),
        text=", ".join(f"{name} {share}" for name, share in found["text"].items()), samples=f"{found['samples']:,}",
        **{name.replace(" ", "_"): found[name] for name in ("square error", "settings")}))


FRONT = """---
license: apache-2.0
tags: [tiny-world, onnx]
---
"""

VGG = FRONT + """# Tiny VGG

Ten convolutions (16-32-64-96-128), 0.47 M parameters, for 64x64 pictures of the tiny world. The diffusion reward compares a
picture with a drawing by the last ReLU's feature map, `relu5_2`, which is a value inside the graph: its mean over the 4x4 cells,
less `center`, the mean over 2,000 scenes. Without pooling and centring, features measure the layout more than the facts. The
graph's output, `cells`, says for each cell which shape, colour and size lies there; the reward does not need it.
Licence Apache-2.0. It learned in {minutes} minutes from freshly drawn scenes; how: see the pack's card, one folder up.

{order}
"Drawn anew" means new jitter, new colours within their range and new noise; each variant is drawn anew, too. Pooled features
hardly see which colour belongs to which shape: that is what they are weakest at.

With two more heads, which are not shipped, it is the judge of the diffusion model:

{judge}
Of no use for other pictures.
"""

DIFFUSION = FRONT.replace("license", "pipeline_tag: text-to-image\nlicense") + """# Tiny diffusion

Draws scenes of the tiny world from captions: 64x64 pixels, {settings[steps]} DDIM steps, guidance {settings[guidance]}. In the layout
of diffusers' `OnnxStableDiffusionPipeline`: a CLIP-like text encoder (3 layers, 128 wide, 0.7 M parameters), a U-Net for
latents of 4x16x16 (1.8 M, 60 M multiply-adds per evaluation) and a decoder (0.1 M, 44 M). `generation.json` has the settings it is
meant for, `vae_decoder/config.json` the factor by which latents are divided before decoding. Licence Apache-2.0.

![forty drawings](samples.png)

Row by row:

{listed}
## How it learned
Minutes, in one thread each: {minutes}. The U-Net has seen {samples} pictures.

1. The autoencoder: square error on unseen pictures {square_error} (of values in -1..1). Three of its latent channels carry colours.
2. The text encoder, from text alone: each word must tell its object's facts and place. Five places of the padding, which captions
   of up to 20 words leave free, are registers for what lies at the world's five places. Of unseen full captions it understood:
   {text}.
3. The U-Net, on v, with objects four times as heavy as background; the text encoder goes on learning for the first 30%.
   A head that must say what lies in each cell, thrown away afterwards, teaches the cross-attention where to look.

The U-Net of the shipped files was interrupted twice: after 7 minutes its planned time was cut from 62 to 42 minutes, after 13 the
share of full captions from 75% to the builder's 55%, the rest being brief or rich. The machine was busy with other work.

## Measured
On the shipped files, by a judge network (see `../vgg`), for scenes that no training has seen. Something counts as
drawn if the judge gives a shape, colour and size that have it more than .25; "exact objects" means that those asked for are
drawn and are the likeliest of all. What the same drawings reach when they are judged against another scene is chance.

{drawn}
Of the objects that brief captions name, with their colour where they tell it, these shares are drawn:
{brief}. What a caption leaves unsaid is drawn freely. ONNX Runtime takes 0.6 s of one core for
fifty drawings at guidance 1, twice that at others.

It knows this world and nothing else.
"""
