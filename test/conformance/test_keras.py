"""Exported .keras files as h5py and zipfile see them: the parts, paths, shapes and numbers that Keras 3 looks for.

Keras itself would be hundreds of megabytes with the fewest of its backends: test/fixtures/exporters/check_keras.py asks it.
"""

import io
import json
import subprocess
import unittest
import zipfile
from pathlib import Path

import environment
import h5py
import numpy

# Inside a layer: what Keras keeps under the name of an attribute.
PARTS = {"cell", "forward_layer", "backward_layer", "layer"}


class KerasTests(unittest.TestCase):
    def test_files(self):
        script = environment.PROJECT / "dist" / "test" / "lib" / "exporters" / "write-keras.js"
        with environment.temporary_folder() as folder:
            made = subprocess.run(["node", str(script), folder, "10"], capture_output=True, text=True, timeout=600)
            self.assertEqual(made.returncode, 0, made.stderr[-2000:])
            files = sorted(Path(folder).glob("*.keras"))
            self.assertGreater(len(files), 20)
            for file in files:
                with self.subTest(file.name):
                    self.check(file)

    def check(self, file: Path):
        with zipfile.ZipFile(file) as archive:
            self.assertIsNone(archive.testzip())
            self.assertEqual(archive.namelist(), ["metadata.json", "config.json", "model.weights.h5"])
            metadata, config = (json.loads(archive.read(f"{name}.json")) for name in ("metadata", "config"))
            weights = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
        self.assertTrue(metadata["keras_version"].startswith("3."))
        self.assertIn(config["class_name"], ("Sequential", "Functional"))
        self.describes(config)
        found = {}
        weights.visititems(lambda path, node: found.update({path: node}) if isinstance(node, h5py.Dataset) else None)
        example = json.loads(file.with_suffix(".json").read_text())
        self.assertEqual(len(found), len(example["weights"]))
        for path, node in found.items():
            self.assertEqual(node.dtype, numpy.dtype("<f4"), path)
            *layer, variables, index = path.split("/")
            self.assertEqual((variables, layer[0]), ("vars", "layers"), path)
            self.assertTrue(index.isdigit(), path)
        # The same tensors, whatever their order.
        key = lambda shape, values: (tuple(shape), numpy.array(values, "float32").tobytes())
        self.assertEqual(
            sorted(key(node.shape, node[()]) for node in found.values()),
            sorted(key(each["shape"], each["values"]) for each in example["weights"]),
        )
        names = {layer["config"]["name"] for layer in config["config"]["layers"]}
        for group in weights["layers"].values():
            self.assertIn(group["vars"].attrs["name"], names)
            self.assertLessEqual(set(group) - {"vars", "layers"}, PARTS)

    def describes(self, layer: dict):
        """Each object says where Keras finds its class."""
        self.assertTrue(layer["module"].startswith("keras"), layer["class_name"])
        self.assertIn("registered_name", layer)
        for inner in layer["config"].get("layers", []):
            self.describes(inner)
            if "inbound_nodes" in inner:
                self.assertEqual(inner["name"], inner["config"]["name"])


if __name__ == "__main__":
    unittest.main()
