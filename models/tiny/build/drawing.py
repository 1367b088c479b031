"""The shipped drawing files as networks: what measuring, the contact sheet and the test data are made from."""
import json
from pathlib import Path

import torch

from examiner import Painter
from onnx_run import OnnxNetwork
from training import to_input


def shipped_painter(pack: Path) -> Painter:
    folder = pack / "diffusion"
    networks = [OnnxNetwork(folder / name / "model.onnx") for name in ("text_encoder", "unet", "vae_decoder")]
    return Painter(*networks, read(folder / "vae_decoder" / "config.json")["scaling_factor"])


def shipped_settings(pack: Path):
    return read(pack / "diffusion" / "generation.json")


class ShippedEmbedding:
    """Pictures to pooled features less the centre, as image_embedding.json says."""

    def __init__(self, pack: Path):
        self.settings = read(pack / "vgg" / "image_embedding.json")
        self.network = OnnxNetwork(pack / "vgg" / self.settings["model"])
        self.centre = torch.tensor(self.settings["center"])

    def features(self, pixels):
        return self.network(pixels, value=self.settings["output"])

    def __call__(self, pictures):
        """[B, 64, 64, 3] bytes."""
        return self.features(to_input(pictures)).mean((2, 3)) - self.centre


def read(path: Path):
    return json.loads(path.read_text())
