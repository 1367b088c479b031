"""Draws unseen scenes from captions and lets the judge look. Works on torch's networks and on the shipped files alike."""
import torch

from captions import FULL, caption
from clip_tokenizer import ClipTokenizer
from ddim import STEPS, draw
from training import WORK
from vae import CHANNELS
from vgg import SEEN, Vgg, judge, judge_with_control
from world import COLOURS, SHAPES, Sampler

CHUNK = 50


class Painter:
    """Text encoder, U-Net and decoder, and how they work together."""

    def __init__(self, text_encoder, unet, decoder, scaling_factor: float):
        self.text_encoder, self.unet, self.decoder, self.scaling_factor = text_encoder, unet, decoder, scaling_factor
        self.tokenizer = ClipTokenizer()

    def text(self, captions):
        return self.text_encoder(torch.tensor([self.tokenizer.encode(one) for one in captions], dtype=torch.int32))

    @torch.no_grad()
    def __call__(self, captions, noise, guidance: float, steps: int = STEPS):
        """Pictures [B, 3, 64, 64] in -1..1, fifty at a time."""
        empty, pictures = self.text([""]), []
        for begin in range(0, len(captions), CHUNK):
            chunk = slice(begin, begin + CHUNK)
            latents = draw(self.unet, self.text(captions[chunk]), empty, noise[chunk], steps, guidance)
            pictures.append(self.decoder(latents / self.scaling_factor).clamp(-1, 1))
        return torch.cat(pictures)


class Examiner:
    def __init__(self, count: int, seed: int = 940):
        self.sampler = Sampler(seed)
        self.scenes = self.sampler.scenes(count)
        self.captions = [caption(scene, FULL, self.sampler.rng) for scene in self.scenes]
        self.noise = torch.randn(count, CHANNELS, 16, 16, generator=torch.Generator().manual_seed(seed))
        self.vgg = None

    def load_judge(self):
        if self.vgg is None:
            self.vgg = Vgg().eval()
            self.vgg.load_state_dict(torch.load(WORK / "vgg.pt")["vgg"])
        return self.vgg

    def examine(self, painter: Painter, guidance: float, steps: int = STEPS):
        """The judge's shares for full captions, beside those against the wrong scene."""
        return judge_with_control(self.load_judge(), painter(self.captions, self.noise, guidance, steps), self.scenes)

    def on_real_pictures(self):
        """What the judge makes of the scenes drawn by the world itself."""
        pixels = torch.from_numpy(self.sampler.pictures(self.scenes)).permute(0, 3, 1, 2).float() / 127.5 - 1
        return judge(self.load_judge(), pixels, self.scenes)

    @torch.no_grad()
    def brief(self, painter: Painter, guidance: float, style):
        """Share of the objects that brief captions name, with their colour where they tell it, that are drawn."""
        captions = [caption(scene, style, self.sampler.rng) for scene in self.scenes]
        seen = self.load_judge().objects(painter(captions, self.noise, guidance))[0] > SEEN
        held = [seen[i, shape, colour].any().item() for i, text in enumerate(captions) for shape, colour in named(text.split())]
        return round(sum(held) / len(held), 3)


def named(words):
    """(shape, colour) numbers of the objects in a caption; any colour where none is told."""
    colour = slice(None)
    for word in words:
        if word in COLOURS:
            colour = COLOURS.index(word)
        elif word in SHAPES:
            yield SHAPES.index(word), colour
            colour = slice(None)
