"""Writes the trained networks as Hugging Face checkpoints in half precision, and reads them back."""
from pathlib import Path

import torch

import safetensors_file
from blip import CLIP_MEAN, CLIP_STD, POSITIONS as TEXT_POSITIONS, PROJECTION, TEXT_LAYERS, VISION_LAYERS, Blip
from gpt2 import POSITIONS
from tokenizers import BertTokenizer, Gpt2Tokenizer, write_json
from train_blip import Retrieval
from train_captioner import Captioner
from training import WORK
from vit import HEADS, PATCH, SIDE, WIDTH


def half(state):
    return {name: value.to(torch.float16) for name, value in state.items()}


def full(tensors):
    return {name: value.to(torch.float32) for name, value in tensors.items()}


def preprocessor(kind: str, mean, std, resample: int, **more):
    return {**more, "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": list(mean),
            "image_processor_type": kind, "image_std": list(std), "resample": resample, "rescale_factor": 1 / 255,
            "size": {"height": SIDE, "width": SIDE}}


def captioner_config(vocabulary: int, end: int):
    special = {"bos_token_id": end, "eos_token_id": end, "pad_token_id": end}
    encoder = {
        "model_type": "vit", "hidden_size": WIDTH, "num_hidden_layers": 4, "num_attention_heads": HEADS, "intermediate_size": 4 * WIDTH,
        "hidden_act": "gelu", "layer_norm_eps": 1e-12, "image_size": SIDE, "patch_size": PATCH, "num_channels": 3, "qkv_bias": True,
        "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.02, "encoder_stride": 16}
    decoder = {
        "model_type": "gpt2", "vocab_size": vocabulary, "n_positions": POSITIONS, "n_embd": WIDTH, "n_layer": 3, "n_head": HEADS,
        "n_inner": None, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-05, "add_cross_attention": True, "is_decoder": True,
        "attn_pdrop": 0.0, "embd_pdrop": 0.0, "resid_pdrop": 0.0, "initializer_range": 0.02, "scale_attn_weights": True,
        "scale_attn_by_inverse_layer_idx": False, "reorder_and_upcast_attn": False, "tie_word_embeddings": True, "use_cache": True,
        "max_length": 20, "num_beams": 1, **special}
    return {"architectures": ["VisionEncoderDecoderModel"], "model_type": "vision-encoder-decoder", "is_encoder_decoder": True,
            "tie_word_embeddings": False, "torch_dtype": "float16", "decoder_start_token_id": end, **special,
            "encoder": encoder, "decoder": decoder}


def blip_config(tokenizer: BertTokenizer):
    text = {
        "model_type": "blip_text_model", "vocab_size": len(tokenizer) + 2, "hidden_size": WIDTH, "encoder_hidden_size": WIDTH,
        "intermediate_size": 4 * WIDTH, "num_hidden_layers": TEXT_LAYERS, "num_attention_heads": HEADS,
        "max_position_embeddings": TEXT_POSITIONS,
        "hidden_act": "gelu", "layer_norm_eps": 1e-12, "projection_dim": PROJECTION, "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0, "bos_token_id": len(tokenizer), "eos_token_id": tokenizer.sep, "sep_token_id": tokenizer.sep,
        "pad_token_id": tokenizer.pad}
    vision = {
        "model_type": "blip_vision_model", "hidden_size": WIDTH, "intermediate_size": 4 * WIDTH, "num_hidden_layers": VISION_LAYERS,
        "num_attention_heads": HEADS, "image_size": SIDE, "patch_size": PATCH, "hidden_act": "gelu", "layer_norm_eps": 1e-05,
        "attention_dropout": 0.0, "projection_dim": PROJECTION}
    return {"architectures": ["BlipForImageTextRetrieval"], "model_type": "blip", "image_text_hidden_size": PROJECTION,
            "projection_dim": PROJECTION, "initializer_factor": 1.0, "initializer_range": 0.02, "logit_scale_init_value": 2.6592,
            "torch_dtype": "float16", "text_config": text, "vision_config": vision}


def export_captioner(pack: Path):
    folder, tokenizer = pack / "captioner", Gpt2Tokenizer()
    safetensors_file.write(folder / "model.safetensors", half(torch.load(WORK / "captioner.pt")["captioner"]))
    tokenizer.save(folder)
    write_json(folder / "config.json", captioner_config(len(tokenizer), tokenizer.end))
    end = tokenizer.end
    write_json(folder / "generation_config.json", {
        "bos_token_id": end, "decoder_start_token_id": end, "eos_token_id": end, "pad_token_id": end, "max_length": 20, "num_beams": 1})
    write_json(folder / "preprocessor_config.json", preprocessor("ViTImageProcessor", [.5] * 3, [.5] * 3, 2))


def export_blip(pack: Path):
    folder, tokenizer = pack / "blip", BertTokenizer()
    trained = next(WORK / name for name in ("blip_matching.pt", "blip.pt") if (WORK / name).exists())
    safetensors_file.write(folder / "model.safetensors", half(torch.load(trained)["blip"]))
    tokenizer.save(folder)
    write_json(folder / "config.json", blip_config(tokenizer))
    write_json(folder / "preprocessor_config.json", preprocessor("BlipImageProcessor", CLIP_MEAN, CLIP_STD, 3, do_convert_rgb=True))


def load_captioner(pack: Path):
    tokenizer = Gpt2Tokenizer()
    captioner = Captioner(len(tokenizer))
    captioner.load_state_dict(full(safetensors_file.read(pack / "captioner" / "model.safetensors")))
    return captioner.eval(), tokenizer


def load_retrieval(pack: Path):
    tokenizer = BertTokenizer()
    blip = Blip(len(tokenizer))
    blip.load_state_dict(full(safetensors_file.read(pack / "blip" / "model.safetensors")))
    return Retrieval(blip.eval(), tokenizer)
