"""Teaches papermill to write parameters in TypeScript: the README shows this to people who use papermill."""

import json

from papermill.translators import Translator, papermill_translators


class TypeScriptTranslator(Translator):
    @classmethod
    def translate(cls, value):
        return json.dumps(value, ensure_ascii=False)

    @classmethod
    def comment(cls, text):
        return f"// {text}"

    @classmethod
    def assign(cls, name, text):
        return f"let {name} = {text}"


def register():
    papermill_translators.register("typescript", TypeScriptTranslator)
