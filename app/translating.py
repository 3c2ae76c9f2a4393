"""Templates whose texts are translated when they are compiled, once for each language.

A page has some sixty texts, and to look each of them up for each page takes longer than any of its
queries. A text that needs values is still looked up as the page is rendered.
"""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from app.language import language, look_up


def init_app(app: Flask) -> None:
    """Let the app compile its templates so; nothing may have asked for its environment before."""
    app.jinja_environment = TranslatedEnvironment


class TranslatedEnvironment(Environment):
    """Compiles a template for the language of the page that asks for it."""

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  (as Jinja names it)
    ) -> Template:
        """Return a template in the language of this page."""
        environment = self if self.overlayed else self._of_language()
        return super(TranslatedEnvironment, environment).get_template(name, parent, globals)

    def _of_language(self) -> "TranslatedEnvironment":
        known: dict[str, TranslatedEnvironment] = self.app.extensions.setdefault("languages", {})
        return known.get(language()) or known.setdefault(language(), self.overlay())

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        # The hook that Jinja has for another way of generating code.
        translated = _Translation().visit(source) if self.overlayed else source
        return super()._generate(translated, name, filename, defer_init)


class _Translation(NodeTransformer):
    """Puts texts in place of the calls that look them up."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  (named after the node)
        match node:
            case nodes.Call(
                node=nodes.Name(name="_"), args=[nodes.Const(value=str(text))], kwargs=[]
            ) if not (node.dyn_args or node.dyn_kwargs):
                return nodes.MarkSafe(nodes.Const(str(look_up(text))), lineno=node.lineno)
        self.generic_visit(node)
        return node
