# What `npm run bench:serve` compares with: the same ONNX file behind FastAPI, onnxruntime and uvicorn, as their documentation shows it.
# Prints the port when it listens. Usage: serve-fastapi.py MODEL WORKERS
import io
import os
import socket
import sys

import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI, File, UploadFile
from PIL import Image
from pydantic import BaseModel

options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(os.environ.get("SERVE_MODEL", sys.argv[1] if len(sys.argv) > 1 else ""), options)
name = session.get_inputs()[0].name
app = FastAPI()


class Inputs(BaseModel):
    inputs: list


def answers(batch):
    scores = session.run(None, {name: batch})[0].astype(np.float64)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    best = probabilities.argmax(axis=1)
    return {
        "predictions": [
            {"class": int(k), "label": str(k), "probabilities": p.tolist(), "scores": s.tolist()}
            for k, p, s in zip(best, probabilities, scores)
        ]
    }


@app.post("/predict")
async def predict(image: UploadFile = File(...)):
    pixels = np.asarray(Image.open(io.BytesIO(await image.read())).convert("L"), dtype=np.uint8)
    return answers(pixels[None, :, :, None])


@app.post("/json")
async def predict_json(body: Inputs):
    return answers(np.asarray(body.inputs, dtype=np.uint8))


if __name__ == "__main__":
    os.environ["SERVE_MODEL"] = sys.argv[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    print(port, flush=True)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    uvicorn.run("serve-fastapi:app", host="127.0.0.1", port=port, workers=int(sys.argv[2]), log_level="error")
