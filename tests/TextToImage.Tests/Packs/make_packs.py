"""Makes the networks of this folder: the same small arithmetic, exported in the ways that published models differ in.

They draw nothing that one would recognise; a picture depends on text, noise and time step, which is all that the tests ask.
    python3 make_packs.py         (Debian: apt-get install python3-onnx)
Own work, Apache-2.0.
"""
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.external_data_helper import convert_model_to_external_data

HERE = Path(__file__).resolve().parent
WORDS, WIDTH = 700, 6
SINGLE, HALF, INT32, INT64 = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT32, TensorProto.INT64
NUMPY = {SINGLE: np.float32, HALF: np.float16}


def value(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def number(name, array, kind):
    return numpy_helper.from_array(np.asarray(array).astype(NUMPY[kind]), name)


def save(folder, part, nodes, inputs, outputs, weights, external=False):
    path = HERE / folder / part / "model.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    graph = helper.make_graph(nodes, part, inputs, outputs, weights)
    model = helper.make_model(graph, producer_name="tests", opset_imports=[helper.make_opsetid("", 14)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    if external:
        # Only what is as large as the gain: axes must be in the graph, where ONNX Runtime infers shapes from them.
        convert_model_to_external_data(model, location="weights.pb", size_threshold=45)
        (path.parent / "weights.pb").unlink(missing_ok=True)
    onnx.save(model, str(path))


def text_encoder(folder, kind, ids, state="last_hidden_state", pooled=None):
    words = np.random.RandomState(1).randn(WORDS, WIDTH)
    nodes = [helper.make_node("Gather", ["words", "input_ids"], [state])]
    outputs = [value(state, kind, ["batch", "sequence", WIDTH])]
    if pooled:
        nodes.append(helper.make_node("ReduceMean", [state], [pooled], axes=[1], keepdims=0))
        outputs.insert(0, value(pooled, kind, ["batch", WIDTH]))
    save(folder, "text_encoder", nodes, [value("input_ids", ids, ["batch", "sequence"])], outputs, [number("words", words, kind)])


def unet(folder, kind, time, time_shape, names=("sample", "timestep", "encoder_hidden_states", "out_sample"), external=False):
    sample, step, text, output = names
    nodes = [
        helper.make_node("ReduceMean", [text], ["seen"], axes=[1, 2], keepdims=1),
        helper.make_node("Unsqueeze", ["seen", "last"], ["word"]),
        helper.make_node("Cast", [step], ["clock"], to=kind),
        helper.make_node("Mul", ["clock", "slow"], ["age"]),
        helper.make_node("Mul", [sample, "gain"], ["kept"]),
        helper.make_node("Add", ["kept", "word"], ["told"]),
        helper.make_node("Add", ["told", "age"], [output]),
    ]
    weights = [number("slow", 1e-4, kind), number("gain", .5 * np.ones((1, 4, 1, 1)), kind),
               numpy_helper.from_array(np.array([3], np.int64), "last")]
    inputs = [value(sample, kind, ["batch", 4, "height", "width"]), value(step, time, time_shape), value(text, kind, ["batch", "sequence", WIDTH])]
    save(folder, "unet", nodes, inputs, [value(output, kind, ["batch", 4, "height", "width"])], weights, external)


def vae_decoder(folder, kind, gain=.1, level=0.):
    mix = np.random.RandomState(2).randn(3, 4, 1, 1) * gain
    nodes = [
        helper.make_node("Conv", ["latent_sample", "mix", "level"], ["small"], kernel_shape=[1, 1]),
        helper.make_node("Resize", ["small", "", "larger"], ["sample"], mode="nearest"),
    ]
    weights = [number("mix", mix, kind), number("level", np.full(3, level), kind), numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "larger")]
    save(folder, "vae_decoder", nodes, [value("latent_sample", kind, ["batch", 4, "height", "width"])],
         [value("sample", kind, ["batch", 3, "tall", "wide"])], weights)


def main():
    # As onnx-community exports Stable Diffusion 1.5: whole time steps, weights beside the graph.
    text_encoder("whole-steps-external", SINGLE, INT32)
    unet("whole-steps-external", SINGLE, INT64, [1], external=True)
    vae_decoder("whole-steps-external", SINGLE)
    # As half-precision exports.
    text_encoder("half", HALF, INT64)
    unet("half", HALF, INT64, ["batch"])
    vae_decoder("half", HALF)
    # A scalar time step in single precision, other names, a pooled output before the hidden states.
    text_encoder("other-names", SINGLE, INT64, state="states", pooled="pooled")
    unet("other-names", SINGLE, SINGLE, [], names=("latents", "t", "context", "noise"))
    vae_decoder("other-names", SINGLE)
    # What safety filters answer, and what overflows give.
    vae_decoder("black", SINGLE, gain=0., level=-1.)
    vae_decoder("not-finite", SINGLE, level=float("nan"))


if __name__ == "__main__":
    main()
