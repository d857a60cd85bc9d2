"""Exported models under ONNX's own checker and Python's onnxruntime: 200 random nets answer what TensorFlow.js answered."""

import json
import subprocess
import unittest
from pathlib import Path

import numpy
import onnx
import onnxruntime

import environment

COUNT = 200


class OnnxTests(unittest.TestCase):
    def test_random_nets(self):
        script = environment.PROJECT / "dist" / "test" / "lib" / "exporters" / "write-models.js"
        with environment.temporary_folder() as folder:
            made = subprocess.run(
                ["node", str(script), folder, str(COUNT)], capture_output=True, text=True, timeout=600
            )
            self.assertEqual(made.returncode, 0, made.stderr[-2000:])
            files = sorted(Path(folder).glob("*.onnx"))
            self.assertEqual(len(files), COUNT)
            for file in files:
                with self.subTest(file.name):
                    self.check(file)

    def check(self, file: Path):
        model = onnx.load(file)
        onnx.checker.check_model(model, full_check=True)
        self.assertGreaterEqual(model.opset_import[0].version, 17)
        self.assertEqual(model.graph.input[0].type.tensor_type.shape.dim[0].dim_param, "batch")
        example = json.loads(file.with_suffix(".json").read_text())
        given = numpy.array(example["input"], numpy.float32).reshape(example["shape"])
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        (answer,) = session.run(None, {"input": given})
        expected = numpy.array(example["output"], numpy.float32)
        difference = numpy.abs(answer.ravel() - expected) / numpy.maximum(1, numpy.abs(expected))
        self.assertLessEqual(difference.max(), 1e-4)
        self.assertLessEqual(example["parity"], 1e-4)


if __name__ == "__main__":
    unittest.main()
