"""Multi-head attention as a function, so that each network can name its weights as Hugging Face does."""
import torch


def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
    batch, length, width = x.shape
    return x.view(batch, length, heads, width // heads).transpose(1, 2)


def attend(query, key, value, mask=None) -> torch.Tensor:
    """[B, heads, T, d] each; the mask is added to the scores. Gives [B, T, heads * d]."""
    scores = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
    if mask is not None:
        scores = scores + mask
    mixed = scores.softmax(-1) @ value
    batch, heads, length, width = mixed.shape
    return mixed.transpose(1, 2).reshape(batch, length, heads * width)
