"""Computes the U-Net of the tiny pack's builder once for every line on standard input: torch_unet.py ROWS THREADS.

Weights are as they are initialised: they change nothing about the time.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models" / "tiny" / "build"))

import torch  # noqa: E402

from text_encoder import WIDTH  # noqa: E402
from unet import UNet  # noqa: E402


@torch.no_grad()
def main():
    rows, threads = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    unet = UNet().eval().to(memory_format=torch.channels_last)
    sample = torch.zeros(rows, 4, 16, 16).contiguous(memory_format=torch.channels_last)
    text, at = torch.zeros(rows, 28, WIDTH), torch.full((rows,), 500)
    print("ready", flush=True)
    for _ in sys.stdin:
        unet(sample, at, text)
        print("done", flush=True)


main()
