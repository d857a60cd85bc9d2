"""The gallery as a reader of its file sees it: nbconvert's HTML without JavaScript has something to look at in every cell."""

import json
import re
import shutil
import unittest
from pathlib import Path

import nbformat

import environment
from test_clients import cellgrad, command, jupyter

NOTEBOOK = environment.PROJECT / "notebooks" / "gallery.ipynb"

# What shows itself neither as a picture nor as a table: a bar, a sentence, an error.
OTHERS = {"progress": "height:100%", "invariance": "images", "error": "invalid matrix"}


def without_scripts(html):
    return re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL | re.IGNORECASE)


class GalleryTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = environment.temporary_folder()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        shutil.copy(NOTEBOOK, cls.folder)
        ran = cellgrad("run", cls.folder / NOTEBOOK.name)
        assert ran.returncode == 0, ran.stderr
        cls.notebook = nbformat.read(cls.folder / NOTEBOOK.name, as_version=4)
        nbformat.validate(cls.notebook)
        converted = jupyter("nbconvert", "--to", "html", cls.folder / NOTEBOOK.name)
        assert converted.returncode == 0, converted.stderr
        cls.html = without_scripts((cls.folder / "gallery.html").read_text())

    def shown(self, cell_id):
        """The HTML of a cell's outputs."""
        start = self.html.index(f"cell-id={cell_id}")
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
        for cell in self.notebook.cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                with self.subTest(cell.id):
                    # Counted as the library does, without the file's indentation.
                    size = len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())
                    self.assertLess(size, 100_000)
                    self.assertNotRegex(data.get("text/html", ""), r"(?i)<(script|svg|progress)\b")

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
        self.assertGreaterEqual(content.count(b"/Subtype /Image"), 25)


if __name__ == "__main__":
    unittest.main()
