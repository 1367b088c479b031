"""The builder's own checks. Run them with build.sh check, or python3 checks.py."""
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

import checks_drawing
import safetensors_file
from blip import Blip, clip_input, pad, vision_from_vit
from captions import (BRIEF, FULL, MAX_WORDS, RICH, TRUE_BRIEF, WORDS, break_grammar, caption, swap_between_objects, swap_one_fact,
                      turn_relation, wrong_caption)
from gpt2 import GPT2, generate
from oracle import score
from tokenizers import END_OF_TEXT, BertTokenizer, Gpt2Tokenizer
from train_captioner import Captioner
from training import to_input
from vit import ViT
from world import Sampler, Scene, Thing

ONE = Scene("white", [Thing("circle", "red", "small", 32, 32, 7.5, 0)])
TWO = Scene("brown", [Thing("circle", "red", "small", 17, 32, 7.5, 0), Thing("square", "blue", "large", 47, 32, 12.5, 0)])
FULL_TWO = "a small red circle left of a large blue square on a brown background"


def the_same_seed_gives_the_same_pictures():
    first, second = ([s.pictures(s.scenes(5)) for s in (Sampler(1), Sampler(1))])
    assert np.array_equal(first, second) and first.shape == (5, 64, 64, 3)


def a_full_caption_scores_one():
    sampler = Sampler(2)
    for scene in sampler.scenes(500):
        text = caption(scene, FULL, sampler.rng)
        s = score(text, scene)
        assert (s.precision, s.recall, s.f1, s.hallucination, s.grammatical) == (1, 1, 1, 0, True), text
        assert len(text.split()) <= MAX_WORDS


def every_caption_is_grammatical_and_short():
    sampler = Sampler(3)
    for scene in sampler.scenes(500):
        for style in (BRIEF, TRUE_BRIEF, RICH):
            text = caption(scene, style, sampler.rng)
            assert score(text, scene).grammatical and len(text.split()) <= MAX_WORDS, text
        assert score(caption(scene, RICH, sampler.rng), scene).precision == 1


def wrong_captions_are_worse():
    sampler = Sampler(4)
    for scene in sampler.scenes(2000):
        for style in (FULL, TRUE_BRIEF):
            text = caption(scene, style, sampler.rng)
            wrong = score(wrong_caption(text, scene, sampler.rng), scene)
            assert wrong.precision < 1 or not wrong.grammatical, text


def each_change_changes_what_it_says():
    words = FULL_TWO.split()
    rng = random.Random(5)
    assert " ".join(turn_relation(words, random.Random(1))).count("left of") == 0
    assert sorted(swap_between_objects(words, rng)) == sorted(words) != swap_between_objects(words, rng)
    assert sum(a != b for a, b in zip(swap_one_fact(words, random.Random(3), (["red"],)), words)) <= 2
    assert sum(score(" ".join(break_grammar(words, rng)), TWO).grammatical for _ in range(200)) < 20


def the_oracle_counts_claims():
    assert score(FULL_TWO, TWO).recall == 1
    assert score("a circle", TWO).precision == 1 and score("a circle", TWO).recall == 1 / 8
    assert score("", TWO).precision == 0 and score("", TWO).f1 == 0
    assert score("a red circle and a red circle on a white background", ONE).precision == 3 / 5
    assert score("a small red circle right of a large blue square on a brown background", TWO).precision == 7 / 8
    assert score("a large blue circle left of a small red square on a brown background", TWO).precision == 5 / 8
    assert not score("an circle", ONE).grammatical and not score("a orange circle", ONE).grammatical


def gpt2_knows_each_word_as_one_token():
    tokenizer = Gpt2Tokenizer()
    assert tokenizer.tokens[-1] == END_OF_TEXT and tokenizer.end == len(tokenizer) - 1
    assert len(set(tokenizer.tokens)) == len(tokenizer)
    for word in WORDS:
        assert len(tokenizer.encode("a " + word)) == 2, word
    for word in ("a", "an", "there"):
        assert len(tokenizer.encode(word)) == 1, word
    for text in (FULL_TWO, "Héllo, wörld! 12  x", "banana there"):
        assert tokenizer.decode(tokenizer.encode(text)) == text


def bert_knows_each_word_as_one_token():
    tokenizer = BertTokenizer()
    assert len(set(tokenizer.tokens)) == len(tokenizer)
    assert all(len(tokenizer.encode(word)) == 3 for word in WORDS)
    assert tokenizer.unknown not in tokenizer.encode("elephant 42")


def one_token_at_a_time_gives_the_same_logits():
    torch.manual_seed(0)
    decoder, encoded = GPT2(50).eval(), torch.randn(2, 65, 128)
    ids = torch.randint(0, 50, (2, 9))
    picture = decoder.picture(encoded)
    whole, _ = decoder(ids, picture)
    past, steps = None, []
    for t in range(9):
        logits, past = decoder(ids[:, t:t + 1], picture, past)
        steps.append(logits)
    assert torch.allclose(whole, torch.cat(steps, 1), atol=1e-5)
    assert generate(decoder, encoded, 49, greedy=True).shape[1] <= 20


def blip_starts_from_the_vit():
    torch.manual_seed(0)
    vit, blip, pictures = ViT(3).eval(), Blip(20).eval(), Sampler(6).pictures(Sampler(6).scenes(2))
    torch.nn.init.normal_(vit.embeddings.cls_token)
    vision_from_vit(blip.vision_model, vit)
    x = blip.vision_model.embeddings(clip_input(pictures))
    for layer in blip.vision_model.encoder.layers:
        x = layer(x)
    assert torch.allclose(x, vit.hidden_states(to_input(pictures))[0][-1], atol=1e-2)      # the norms' epsilons differ


def padding_changes_no_text_feature():
    torch.manual_seed(0)
    blip = Blip(20).eval()
    alone, together = pad([[2, 5, 3]], 0), pad([[2, 5, 3], [2, 6, 7, 8, 9, 3]], 0)
    assert torch.allclose(blip.text_feature(*alone)[0], blip.text_feature(*together)[0], atol=1e-5)


def weights_carry_hugging_face_names():
    names = set(Captioner(30).state_dict())
    for name in ("encoder.embeddings.cls_token", "encoder.embeddings.patch_embeddings.projection.weight", "encoder.pooler.dense.weight",
                 "encoder.encoder.layer.3.attention.attention.query.bias", "encoder.encoder.layer.0.attention.output.dense.weight",
                 "decoder.transformer.h.2.crossattention.q_attn.weight", "decoder.transformer.h.0.ln_cross_attn.weight",
                 "decoder.transformer.wpe.weight"):
        assert name in names, name
    names = set(Blip(30).state_dict())
    for name in ("vision_model.embeddings.class_embedding", "vision_model.encoder.layers.2.self_attn.qkv.weight", "itm_head.bias",
                 "text_encoder.encoder.layer.1.crossattention.self.query.weight", "text_encoder.embeddings.LayerNorm.weight"):
        assert name in names, name


def safetensors_come_back_as_they_were():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.safetensors"
        tensors = {"b": torch.randn(3, 4).half(), "a": torch.arange(5).float()}
        safetensors_file.write(path, tensors)
        back = safetensors_file.read(path)
        assert all(torch.equal(back[name], tensors[name]) for name in tensors) and set(back) == set(tensors)


def main():
    checks = [value for module in (sys.modules[__name__], checks_drawing) for value in vars(module).values()
              if getattr(value, "__module__", "") == module.__name__ and value is not main]
    for check in checks:
        check()
    print(f"{len(checks)} checks hold")


if __name__ == "__main__":
    main()
