"""A plain vision transformer. Modules are named so that state_dict() is Hugging Face's ViTModel."""
import torch
from torch import nn
from torch.nn import functional as F

from attention import attend, split_heads

WIDTH, HEADS, PATCH, SIDE = 128, 4, 8, 64
TOKENS = (SIDE // PATCH) ** 2


class Named(nn.Module):
    """A module that only gives its children a common prefix in the state dictionary."""

    def __init__(self, /, **children):      # "self" is the name of a child, too
        super().__init__()
        for name, child in children.items():
            setattr(self, name, child)


class ViTLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Named(
            attention=Named(query=nn.Linear(WIDTH, WIDTH), key=nn.Linear(WIDTH, WIDTH), value=nn.Linear(WIDTH, WIDTH)),
            output=Named(dense=nn.Linear(WIDTH, WIDTH)))
        self.intermediate = Named(dense=nn.Linear(WIDTH, 4 * WIDTH))
        self.output = Named(dense=nn.Linear(4 * WIDTH, WIDTH))
        self.layernorm_before = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layernorm_after = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x):
        y = self.layernorm_before(x)
        a = self.attention.attention
        x = x + self.attention.output.dense(attend(*(split_heads(part(y), HEADS) for part in (a.query, a.key, a.value))))
        return x + self.output.dense(F.gelu(self.intermediate.dense(self.layernorm_after(x))))


class ViTEmbeddings(nn.Module):
    def __init__(self):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.position_embeddings = nn.Parameter(torch.randn(1, TOKENS + 1, WIDTH) * .02)
        self.patch_embeddings = Named(projection=nn.Conv2d(3, WIDTH, PATCH, PATCH))

    def forward(self, pixels, keep=None):
        """keep: [B, K] patch numbers, when only those tokens are to be computed (training only)."""
        patches = self.patch_embeddings.projection(pixels).flatten(2).transpose(1, 2) + self.position_embeddings[:, 1:]
        if keep is not None:
            patches = patches.gather(1, keep[:, :, None].expand(-1, -1, WIDTH))
        first = (self.cls_token + self.position_embeddings[:, :1]).expand(len(pixels), -1, -1)
        return torch.cat([first, patches], 1)


class ViT(nn.Module):
    def __init__(self, layers: int):
        super().__init__()
        self.embeddings = ViTEmbeddings()
        self.encoder = Named(layer=nn.ModuleList([ViTLayer() for _ in range(layers)]))
        self.layernorm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.pooler = Named(dense=nn.Linear(WIDTH, WIDTH))    # Hugging Face has it; captioning does not use it

    def hidden_states(self, pixels, keep=None):
        """The output of every layer, the last one normalised."""
        x = self.embeddings(pixels, keep)
        states = []
        for layer in self.encoder.layer:
            x = layer(x)
            states.append(x)
        return states, self.layernorm(x)

    def forward(self, pixels):
        return self.hidden_states(pixels)[1]
