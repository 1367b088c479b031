"""The builder's own checks of what draws: the VGG and the diffusion model. checks.py runs them."""
import tempfile
from pathlib import Path

import torch

from captions import FULL, MAX_WORDS, WORDS, caption
from clip_tokenizer import LENGTH, ClipTokenizer
from ddim import ALPHAS, draw, noisy, timesteps
from examiner import named
from export_vgg import named as named_layers, short
from fast_linear import Linear
from gpt2 import MAX_NEW_TOKENS
from onnx_file import export
from onnx_run import OnnxNetwork
from scene_facts import IGNORED, PLACES, ToldScenes, place_of, place_targets
from similarity import changed, moved
from text_encoder import REGISTERS, TextEncoder
from training import to_input
from unet import UNet
from vae import Decoder, Encoder
from vgg import Vgg, folded
from world import COLOURS, SHAPES, Sampler


def clip_knows_each_word_as_one_token():
    tokenizer = ClipTokenizer()
    for word in WORDS:
        assert tokenizer.pieces(word) == [word + "</w>"], word
    ids = tokenizer.encode("A star, on: a café!")
    assert len(ids) == LENGTH and ids[0] == tokenizer.start and ids[-1] == tokenizer.end
    assert tokenizer.encode("a star")[1:4] == [tokenizer.ids["a</w>"], tokenizer.ids["star</w>"], tokenizer.end]
    assert tokenizer.encode("star " * 99)[-2:] == [tokenizer.ids["star</w>"], tokenizer.end]


def no_caption_reaches_the_registers():
    longest = ClipTokenizer().encode("circle " * max(MAX_NEW_TOKENS, MAX_WORDS))
    assert longest.index(longest[-1]) < REGISTERS.start and LENGTH - REGISTERS.start == len(PLACES) + 1


def words_are_told_their_objects():
    sampler, told = Sampler(7), ToldScenes(7, full=1, empty=0)
    for scene in sampler.scenes(50):
        ids, targets = told.tell(scene)
        at = [i for i, n in enumerate(ids) if n in {told.tokenizer.ids[shape + "</w>"] for shape in SHAPES}]
        assert len(at) == len(scene.objects)
        for i in at:
            shape, colour, _, place = targets[i]
            thing = next(o for o in scene.objects if place_of(o) == place)
            assert (SHAPES[shape], COLOURS[colour]) == (thing.shape, thing.colour)
            assert ids[i] == told.tokenizer.ids[thing.shape + "</w>"] and targets[i - 1] == targets[i]
        assert targets[0][0] == targets[-1][0] == IGNORED
        assert sum(row[0] > 0 for row in place_targets(scene)) == len(scene.objects)


def training_and_evaluation_use_the_same_linear_layer():
    torch.manual_seed(0)
    layer = Linear(6, 5)
    for x in (torch.randn(3, 6), torch.randn(3, 7, 6)):
        assert torch.allclose(layer.train()(x), layer.eval()(x), atol=1e-6)


def a_perfect_unet_draws_what_it_was_given():
    clean, noise = torch.randn(2, 4, 16, 16), torch.randn(2, 4, 16, 16)
    assert timesteps(8) == [999, 874, 749, 624, 499, 374, 249, 124] and ALPHAS[999] < 1e-6 < .999 < ALPHAS[0]

    def perfect(x, t, _):
        a, s = ALPHAS[t].sqrt(), (1 - ALPHAS[t]).sqrt()
        return a * (x - a * clean) / s - s * clean

    sample, v = noisy(clean, noise, torch.tensor([500, 500]))
    assert torch.allclose(perfect(sample, torch.tensor([500]), None), v, atol=1e-4)
    assert torch.allclose(draw(perfect, torch.zeros(2, 1, 1), None, noise, 8), clean, atol=1e-3)


def folding_batch_norms_changes_nothing():
    torch.manual_seed(0)
    vgg, pictures = Vgg(), to_input(Sampler(8).pictures(Sampler(8).scenes(8)))
    vgg(pictures)                                                  # so that the norms know some mean and variance
    vgg.eval()
    assert torch.allclose(vgg.features(pictures), folded(vgg.features)(pictures), atol=1e-4)


def shipped_graphs_compute_what_torch_computes():
    torch.manual_seed(0)
    x, at, ids = torch.randn(3, 4, 16, 16), torch.tensor([374]), torch.randint(0, 700, (3, 11), dtype=torch.int32)
    pictures, vgg = torch.randn(3, 3, 64, 64), Vgg().eval()
    text, tokens, batch = TextEncoder(778), {0: "batch", 1: "sequence"}, {0: "batch"}
    hidden, layers = text.eval()(ids).detach(), named_layers(folded(vgg.features), vgg.cells)
    cases = [(text, [ids], ["input_ids"], {"input_ids": tokens}, None), (Decoder(), [x], ["latent_sample"], {"latent_sample": batch}, None),
             (UNet(), [x, at, hidden], ["sample", "timestep", "text"], {"sample": batch, "text": tokens}, None),
             (layers, [pictures], ["image"], {"image": batch}, short)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.onnx"
        for network, example, names, dynamic, rename in cases:
            one = [e[:1] for e in example]                         # exported for one, evaluated for three
            export(network, path, one, names, "out", {**dynamic, "out": {0: "batch"}}, rename)
            with torch.no_grad():
                wanted, found = network(*example), OnnxNetwork(path)(*example)
            assert wanted.shape == found.shape and (wanted - found).abs().max() < .01 * wanted.abs().max(), names
        assert OnnxNetwork(path)(pictures, value="relu5_2").shape == (3, 128, 4, 4)


def latents_are_a_sixteenth_of_the_pictures():
    pictures = torch.zeros(2, 3, 64, 64)
    mean, _ = Encoder()(pictures)
    assert mean.shape == (2, 4, 16, 16) and Decoder()(mean).shape == pictures.shape


def variants_keep_the_other_facts():
    sampler = Sampler(9)
    for scene in [s for s in sampler.scenes(60) if len(s.objects) == 2]:
        turned = moved(scene, sampler.rng, True)
        assert [o.shape for o in turned.objects] == [o.shape for o in scene.objects]
        assert not {place_of(o) for o in turned.objects} & {place_of(o) for o in scene.objects}
        assert [place_of(o) for o in moved(scene, sampler.rng, False).objects] == [place_of(o) for o in scene.objects]
        wrong = changed(scene, "wrong colour", sampler.rng).objects
        assert wrong[0].colour != scene.objects[0].colour and wrong[1] == scene.objects[1]


def named_objects_are_read_from_captions():
    found = list(named("a red circle and a star".split()))
    assert found[0] == (0, 0) and found[1] == (SHAPES.index("star"), slice(None))
    scene = Sampler(10).scenes(1)[0]
    assert len(list(named(caption(scene, FULL, Sampler(1).rng).split()))) == len(scene.objects)
