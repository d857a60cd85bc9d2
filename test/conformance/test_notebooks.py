"""The notebooks as a reader of their files sees them: the outputs that are in the repository, as nbconvert's HTML without JavaScript."""

import base64
import re
import unittest

import nbformat
from nbconvert import HTMLExporter

import environment

FOLDER = environment.PROJECT / "notebooks"
VEGA = "application/vnd.vegalite.v5+json"


def without_scripts(html):
    return re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL | re.IGNORECASE)


def shown(html, cell_id):
    """The HTML of a cell, of its outputs too."""
    start = html.index(f'cell-id={cell_id}"')
    end = html.find("cell-id=", start + 1)
    return html[start : end if end > 0 else len(html)]


class NotebookTests(unittest.TestCase):
    def test_every_notebook_shows_its_pictures_without_javascript(self):
        files = sorted(FOLDER.glob("*.ipynb"))
        self.assertGreater(len(files), 3)
        for file in files:
            with self.subTest(file.name):
                notebook = nbformat.read(file, as_version=4)
                nbformat.validate(notebook)
                html = without_scripts(HTMLExporter().from_notebook_node(notebook)[0])
                self.assertNotRegex(html, r"(?i)<script\b")
                pictures = 0
                for cell in notebook.cells:
                    if cell.cell_type == "code":
                        pictures += self.check_cell(cell, shown(html, cell.id))
                self.assertGreater(pictures, 0, "no picture in the whole notebook")

    def check_cell(self, cell, html):
        """How many pictures a cell has; each of them is in the page, and a chart is never without one."""
        pictures = 0
        for output in cell.outputs:
            data = output.get("data", {})
            self.assertNotIn("application/javascript", data, cell.id)
            if VEGA in data:
                self.assertIn("image/png", data, cell.id)
            if "image/png" in data:
                png = data["image/png"].replace("\n", "")
                self.assertTrue(base64.b64decode(png).startswith(b"\x89PNG"), cell.id)
                self.assertIn(png, html.replace("\n", ""), f"{cell.id}: its picture is not in the page")
                pictures += 1
            elif "text/html" in data:
                self.assertIn(data["text/html"].strip()[:40], html, f"{cell.id}: its HTML is not in the page")
                pictures += len(re.findall(r"<img\b", data["text/html"]))
        return pictures


if __name__ == "__main__":
    unittest.main()
