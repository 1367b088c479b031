"""BLIP for image-text retrieval. Modules are named so that state_dict() is Hugging Face's BlipForImageTextRetrieval.

The vision tower is a pre-norm transformer with one matrix for query, key and value; the text tower is BERT
(post-norm). The similarity (ITC) uses the text tower alone; the matching head (ITM) lets it look at the picture.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from attention import attend, split_heads
from initial_values import shift, small_random, waves
from vit import HEADS, PATCH, TOKENS, WIDTH, Named

PROJECTION, POSITIONS = 64, 64
VISION_LAYERS, TEXT_LAYERS = 3, 2
CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class VisionLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn = Named(qkv=nn.Linear(WIDTH, 3 * WIDTH), projection=nn.Linear(WIDTH, WIDTH))
        self.layer_norm1 = nn.LayerNorm(WIDTH, eps=1e-5)
        self.mlp = Named(fc1=nn.Linear(WIDTH, 4 * WIDTH), fc2=nn.Linear(4 * WIDTH, WIDTH))
        self.layer_norm2 = nn.LayerNorm(WIDTH, eps=1e-5)

    def forward(self, x):
        parts = [split_heads(part, HEADS) for part in self.self_attn.qkv(self.layer_norm1(x)).chunk(3, -1)]
        x = x + self.self_attn.projection(attend(*parts))
        return x + self.mlp.fc2(F.gelu(self.mlp.fc1(self.layer_norm2(x))))


class VisionEmbeddings(nn.Module):
    def __init__(self):
        super().__init__()
        self.class_embedding = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.position_embedding = nn.Parameter(torch.zeros(1, TOKENS + 1, WIDTH))
        self.patch_embedding = nn.Conv2d(3, WIDTH, PATCH, PATCH)

    def forward(self, pixels):
        patches = self.patch_embedding(pixels).flatten(2).transpose(1, 2)
        return torch.cat([self.class_embedding.expand(len(pixels), -1, -1), patches], 1) + self.position_embedding


class Vision(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = VisionEmbeddings()
        self.encoder = Named(layers=nn.ModuleList([VisionLayer() for _ in range(VISION_LAYERS)]))
        self.post_layernorm = nn.LayerNorm(WIDTH, eps=1e-5)

    def forward(self, pixels):
        x = self.embeddings(pixels)
        for layer in self.encoder.layers:
            x = layer(x)
        return self.post_layernorm(x)


def bert_attention():
    return Named(**{"self": Named(query=nn.Linear(WIDTH, WIDTH), key=nn.Linear(WIDTH, WIDTH), value=nn.Linear(WIDTH, WIDTH)),
                    "output": Named(dense=nn.Linear(WIDTH, WIDTH), LayerNorm=nn.LayerNorm(WIDTH, eps=1e-12))})


def look(attention, x, source, mask=None):
    """BERT's attention with its residual and norm after it."""
    a = getattr(attention, "self")
    mixed = attend(split_heads(a.query(x), HEADS), split_heads(a.key(source), HEADS), split_heads(a.value(source), HEADS), mask)
    return attention.output.LayerNorm(attention.output.dense(mixed) + x)


class TextLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = bert_attention()
        self.crossattention = bert_attention()
        self.intermediate = Named(dense=nn.Linear(WIDTH, 4 * WIDTH))
        self.output = Named(dense=nn.Linear(4 * WIDTH, WIDTH), LayerNorm=nn.LayerNorm(WIDTH, eps=1e-12))

    def forward(self, x, mask, picture=None):
        x = look(self.attention, x, x, mask)
        if picture is not None:
            x = look(self.crossattention, x, picture)
        return self.output.LayerNorm(self.output.dense(F.gelu(self.intermediate.dense(x))) + x)


class Text(nn.Module):
    def __init__(self, vocabulary: int):
        super().__init__()
        self.embeddings = Named(word_embeddings=nn.Embedding(vocabulary, WIDTH), position_embeddings=nn.Embedding(POSITIONS, WIDTH),
                                LayerNorm=nn.LayerNorm(WIDTH, eps=1e-12))
        self.encoder = Named(layer=nn.ModuleList([TextLayer() for _ in range(TEXT_LAYERS)]))

    def forward(self, ids, mask, picture=None):
        """mask: 1 for a token, 0 for padding."""
        e = self.embeddings
        x = e.LayerNorm(e.word_embeddings(ids) + e.position_embeddings.weight[:ids.shape[1]])
        hidden = (1 - mask)[:, None, None, :] * -1e4
        for layer in self.encoder.layer:
            x = layer(x, hidden, picture)
        return x


class Blip(nn.Module):
    def __init__(self, vocabulary: int):
        super().__init__()
        self.vision_model = Vision()
        self.text_encoder = Text(vocabulary + 2)         # [DEC] and [ENC] come after vocab.txt
        self.vision_proj = nn.Linear(WIDTH, PROJECTION)
        self.text_proj = nn.Linear(WIDTH, PROJECTION)
        self.itm_head = nn.Linear(WIDTH, 2)

    def image_feature(self, pixels):
        return F.normalize(self.vision_proj(self.vision_model(pixels)[:, 0]), dim=-1)

    def text_feature(self, ids, mask):
        return F.normalize(self.text_proj(self.text_encoder(ids, mask)[:, 0]), dim=-1)

    def match(self, ids, mask, picture):
        """ITM logits; picture: the vision tower's output, one per text."""
        return self.itm_head(self.text_encoder(ids, mask, picture)[:, 0])


def pad(rows, padding: int):
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), padding)
    mask = torch.zeros(len(rows), longest)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
        mask[i, :len(row)] = 1
    return ids, mask


def clip_input(pictures):
    """[B, 64, 64, 3] bytes to BLIP's normalised pixels."""
    scaled = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    return (scaled - torch.tensor(CLIP_MEAN)[:, None, None]) / torch.tensor(CLIP_STD)[:, None, None]


def vision_from_vit(vision: Vision, vit):
    """Starts the vision tower as the first layers of a ViT that sees, for pixels normalised the other way."""
    patch = vit.embeddings.patch_embeddings.projection
    std, mean = torch.tensor(CLIP_STD)[None, :, None, None], torch.tensor(CLIP_MEAN)[None, :, None, None]
    e = vision.embeddings
    e.patch_embedding.weight.data = patch.weight.data * std / .5
    e.patch_embedding.bias.data = patch.bias.data + (patch.weight.data * (mean - .5) / .5).sum((1, 2, 3))
    e.class_embedding.data = vit.embeddings.cls_token.data.clone()
    e.position_embedding.data = vit.embeddings.position_embeddings.data.clone()
    for mine, its in zip(vision.encoder.layers, vit.encoder.layer):
        attention = its.attention.attention
        mine.self_attn.qkv.weight.data = torch.cat([attention.query.weight, attention.key.weight, attention.value.weight]).data
        mine.self_attn.qkv.bias.data = torch.cat([attention.query.bias, attention.key.bias, attention.value.bias]).data
        copies = [(mine.self_attn.projection, its.attention.output.dense), (mine.layer_norm1, its.layernorm_before),
                  (mine.layer_norm2, its.layernorm_after), (mine.mlp.fc1, its.intermediate.dense), (mine.mlp.fc2, its.output.dense)]
        for target, source in copies:
            target.load_state_dict(source.state_dict())


def neighbour_words(text: Text, period: int = 32, amplitude: float = .7, sharpness: float = 1.0):
    """Starts three heads of the first text layer at the two words before and the word after; the fourth is free."""
    small_random(text)
    half = 8
    frequencies = 2 * math.pi * torch.arange(1, 2 * half + 1) / period
    e = text.embeddings
    nn.init.normal_(e.word_embeddings.weight, 0, .5)
    e.word_embeddings.weight.data[:, -4 * half:] *= .05
    e.position_embeddings.weight.data[:, -4 * half:] = amplitude * waves(torch.arange(POSITIONS), frequencies)
    attention = getattr(text.encoder.layer[0].attention, "self")
    for head, offset in enumerate((-1, -2, 1)):
        row = head * 32
        attention.query.weight.data[row:row + 32, -32:] += sharpness * shift(frequencies, offset)
        attention.key.weight.data[row:row + 32, -32:] += sharpness * torch.eye(32)
