"""GPT-2 with cross-attention. Modules are named so that state_dict() is Hugging Face's GPT2LMHeadModel, less the tied head."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from attention import attend, split_heads
from vit import Named

WIDTH, HEADS, POSITIONS = 128, 4, 32
MAX_NEW_TOKENS = 20


def gelu_new(x):
    return .5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + .044715 * x ** 3)))


class Conv1D(nn.Module):
    """A linear layer whose weight is stored [in, out], as GPT-2 has it."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs).normal_(0, min(.08, inputs ** -.5)))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return F.linear(x, self.weight.t(), self.bias)


class GPT2Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.attn = Named(c_attn=Conv1D(WIDTH, 3 * WIDTH), c_proj=Conv1D(WIDTH, WIDTH))
        self.ln_cross_attn = nn.LayerNorm(WIDTH)
        self.crossattention = Named(q_attn=Conv1D(WIDTH, WIDTH), c_attn=Conv1D(WIDTH, 2 * WIDTH), c_proj=Conv1D(WIDTH, WIDTH))
        self.ln_2 = nn.LayerNorm(WIDTH)
        self.mlp = Named(c_fc=Conv1D(WIDTH, 4 * WIDTH), c_proj=Conv1D(4 * WIDTH, WIDTH))

    def picture(self, encoded):
        """Keys and values of the picture: once per picture, not once per token."""
        return [split_heads(part, HEADS) for part in self.crossattention.c_attn(encoded).chunk(2, -1)]

    def forward(self, x, picture, mask, past=None):
        query, key, value = [split_heads(part, HEADS) for part in self.attn.c_attn(self.ln_1(x)).chunk(3, -1)]
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        x = x + self.attn.c_proj(attend(query, key, value, mask))
        asked = split_heads(self.crossattention.q_attn(self.ln_cross_attn(x)), HEADS)
        x = x + self.crossattention.c_proj(attend(asked, *picture))
        return x + self.mlp.c_proj(gelu_new(self.mlp.c_fc(self.ln_2(x)))), (key, value)


class GPT2(nn.Module):
    def __init__(self, vocabulary: int, layers: int = 3):
        super().__init__()
        self.transformer = Named(
            wte=nn.Embedding(vocabulary, WIDTH), wpe=nn.Embedding(POSITIONS, WIDTH),
            h=nn.ModuleList([GPT2Layer() for _ in range(layers)]), ln_f=nn.LayerNorm(WIDTH))
        nn.init.normal_(self.transformer.wte.weight, 0, .02)
        nn.init.normal_(self.transformer.wpe.weight, 0, .02)

    def picture(self, encoded):
        return [layer.picture(encoded) for layer in self.transformer.h]

    def forward(self, ids, picture, past=None):
        """Logits, and the keys and values with which to go on."""
        t = self.transformer
        begin = 0 if past is None else past[0][0].shape[2]
        length = ids.shape[1]
        x = t.wte(ids) + t.wpe.weight[begin:begin + length]
        mask = torch.full((length, length), -1e9).triu(1) if length > 1 else None
        present = []
        for i, layer in enumerate(t.h):
            x, kept = layer(x, picture[i], mask, None if past is None else past[i])
            present.append(kept)
        return F.linear(t.ln_f(x), t.wte.weight), present


@torch.no_grad()
def generate(decoder: GPT2, encoded, end: int, greedy: bool, max_new: int = MAX_NEW_TOKENS, generator=None):
    """Token ids without the start token, filled up with `end`; temperature 1 unless greedy."""
    picture, past = decoder.picture(encoded), None
    token = torch.full((len(encoded), 1), end)
    alive = torch.ones(len(encoded), dtype=torch.bool)
    out = []
    for _ in range(max_new):
        logits, past = decoder(token, picture, past)
        logits = logits[:, -1]
        token = logits.argmax(-1, keepdim=True) if greedy else torch.multinomial(logits.softmax(-1), 1, generator=generator)
        token = torch.where(alive[:, None], token, torch.full_like(token, end))
        out.append(token)
        alive = alive & (token[:, 0] != end)
        if not alive.any():
            break
    return torch.cat(out, 1)
