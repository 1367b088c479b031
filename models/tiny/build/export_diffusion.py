"""Writes the diffusion model in the layout of diffusers' ONNX pipelines."""
from pathlib import Path

import torch

from clip_tokenizer import LENGTH, ClipTokenizer
from ddim import STEPS, TRAINED_STEPS
from diffusion_losses import Diffusion
from onnx_file import export
from text_encoder import WIDTH
from tokenizers import write_json
from train_unet import trained_decoder
from training import WORK
from vae import CHANNELS, REDUCTION
from world import SIDE

GUIDANCE = 1.0
LATENT = SIDE // REDUCTION
RUNTIME = ["diffusers", "OnnxRuntimeModel"]


def trained_diffusion():
    """Text encoder, U-Net, decoder and the latents' scaling factor."""
    tokenizer = ClipTokenizer()
    model = Diffusion(len(tokenizer))
    model.load_state_dict(torch.load(WORK / "unet.pt")["mean"])
    return model.text.eval(), model.unet.eval(), *trained_decoder()


def scheduler_config():
    return {
        "_class_name": "DDIMScheduler", "_diffusers_version": "0.27.0", "beta_start": 0.0001, "beta_end": 0.02,
        "beta_schedule": "squaredcos_cap_v2", "clip_sample": False, "clip_sample_range": 1.0, "dynamic_thresholding_ratio": 0.995,
        "num_train_timesteps": TRAINED_STEPS, "prediction_type": "v_prediction", "rescale_betas_zero_snr": False,
        "sample_max_value": 1.0, "set_alpha_to_one": True, "steps_offset": 0, "thresholding": False, "timestep_spacing": "trailing",
        "trained_betas": None}


def export_diffusion(pack: Path):
    folder, tokenizer = pack / "diffusion", ClipTokenizer()
    text_encoder, unet, decoder, scaling_factor = trained_diffusion()
    write_json(folder / "model_index.json", {
        "_class_name": "OnnxStableDiffusionPipeline", "_diffusers_version": "0.27.0", "feature_extractor": [None, None],
        "requires_safety_checker": False, "safety_checker": [None, None], "scheduler": ["diffusers", "DDIMScheduler"],
        "text_encoder": RUNTIME, "tokenizer": ["transformers", "CLIPTokenizer"], "unet": RUNTIME, "vae_decoder": RUNTIME})
    tokenizer.save(folder / "tokenizer")
    write_json(folder / "scheduler" / "scheduler_config.json", scheduler_config())
    write_json(folder / "vae_decoder" / "config.json", {
        "_class_name": "AutoencoderKL", "latent_channels": CHANNELS, "out_channels": 3, "sample_size": SIDE,
        "scaling_factor": scaling_factor})
    write_json(folder / "generation.json", {"steps": STEPS, "guidance": GUIDANCE, "height": SIDE, "width": SIDE})
    tokens, hidden = {0: "batch", 1: "sequence"}, torch.zeros(2, LENGTH, WIDTH)
    latents = torch.zeros(2, CHANNELS, LATENT, LATENT)
    export(text_encoder, folder / "text_encoder" / "model.onnx", [torch.zeros(2, LENGTH, dtype=torch.int32)], ["input_ids"],
           "last_hidden_state", {"input_ids": tokens, "last_hidden_state": tokens})
    export(unet, folder / "unet" / "model.onnx", [latents, torch.tensor([TRAINED_STEPS - 1]), hidden],
           ["sample", "timestep", "encoder_hidden_states"], "out_sample",
           {"sample": {0: "batch"}, "encoder_hidden_states": tokens, "out_sample": {0: "batch"}})
    export(decoder, folder / "vae_decoder" / "model.onnx", [latents], ["latent_sample"], "sample",
           {"latent_sample": {0: "batch"}, "sample": {0: "batch"}})
