"""Templates compiled once in a run, where every test makes an app of its own."""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from app.language import language


class CompiledTemplates(BytecodeCache):
    """Keeps what was compiled in memory, for each language apart."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Tell two languages of one template apart: its texts are part of the code."""
        return f"{language()} {super().get_cache_key(name, filename)}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was kept."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._code[bucket.key] = bucket.bytecode_to_string()
