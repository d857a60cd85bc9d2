"""The gallery as a reader of its file sees it: nbconvert's HTML without JavaScript has something to look at in every cell."""

import re
import shutil
import unittest
from pathlib import Path

import nbformat

import environment
from test_clients import command, jupyter

NOTEBOOK = environment.PROJECT / "notebooks" / "gallery.ipynb"

# What shows itself neither as a picture nor as a table: a bar, a sentence, an error.
OTHERS = {"progress": "height:100%", "invariance": "images", "error": "invalid matrix"}


def bytes_in_file(cell):
    """What a cell's outputs take of the notebook's file, indented as Jupyter writes it."""
    empty = nbformat.from_dict({**cell, "outputs": []})
    sizes = [len(nbformat.writes(nbformat.v4.new_notebook(cells=[one])).encode()) for one in (cell, empty)]
    return sizes[0] - sizes[1]


def without_scripts(html):
    return re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL | re.IGNORECASE)


class GalleryTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = environment.temporary_folder()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        # With its outputs: npm test compares them with those of another run.
        shutil.copy(NOTEBOOK, cls.folder)
        cls.notebook = nbformat.read(cls.folder / NOTEBOOK.name, as_version=4)
        nbformat.validate(cls.notebook)
        converted = jupyter("nbconvert", "--to", "html", cls.folder / NOTEBOOK.name)
        assert converted.returncode == 0, converted.stderr
        cls.html = without_scripts((cls.folder / "gallery.html").read_text())

    def shown(self, cell_id):
        """The HTML of a cell's outputs."""
        start = self.html.index(f'cell-id={cell_id}"')
        end = self.html.find("cell-id=", start + 1)
        cell = self.html[start : end if end > 0 else len(self.html)]
        return cell[cell.index("jp-OutputArea") :]

    def test_every_cell_shows_something_without_javascript(self):
        code = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        self.assertGreater(len(code), 40)
        for cell in code:
            with self.subTest(cell.id):
                shown = self.shown(cell.id)
                if cell.id in OTHERS:
                    self.assertIn(OTHERS[cell.id], shown)
                else:
                    self.assertRegex(shown, r"<img\b|<table\b")

    def test_displays_are_small_and_need_no_script(self):
        code = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        saved = len((self.folder / NOTEBOOK.name).read_bytes())
        self.assertLess(abs(sum(map(bytes_in_file, code)) / saved - 1), 0.1, "what is measured is what is saved")
        for cell in code:
            with self.subTest(cell.id):
                self.assertLess(bytes_in_file(cell), 100_000)
                for output in cell.outputs:
                    html = output.get("data", {}).get("text/html", "")
                    self.assertNotRegex(html, r"(?i)<(script|svg|progress)\b")

    def test_prints(self):
        """As paper: a browser that runs no script and has no network prints every page of it."""
        browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        self.assertIsNotNone(browser, "no chromium")
        page = self.folder / "plain.html"
        page.write_text(self.html)
        printed = self.folder / "gallery.pdf"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
        done = command(browser, *options, f"--print-to-pdf={printed}", page.as_uri())
        self.assertTrue(printed.exists(), done.stderr)
        content = printed.read_bytes()
        self.assertTrue(content.startswith(b"%PDF"))
        self.assertGreater(len(re.findall(rb"/Type /Page\b", content)), 15)
        # As many as there are, and large: none has become a frame with a text.
        pictures = set(re.findall(r'src="data:(image/[^"]+)"', self.html))
        self.assertGreater(len(pictures), 30)
        images = re.findall(rb"/Subtype /Image\s+/Width (\d+)\s+/Height (\d+)", content)
        self.assertGreaterEqual(len(images), len(pictures))
        large = [image for image in images if int(image[0]) > 500]
        self.assertGreater(len(large), 25)


if __name__ == "__main__":
    unittest.main()
