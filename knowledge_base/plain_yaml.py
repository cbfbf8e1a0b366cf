"""YAML whose plain values stay text: the models know the types and name what is wrong."""

from collections.abc import Hashable
from typing import Any

import yaml


class _PlainLoader(yaml.SafeLoader):
    """Resolves only null; dates and numbers arrive as written (2.10 stays 2.10)."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own name, replaced, not changed
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith(":null")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    # YAML forbids it, PyYAML lets the last one win in silence.
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value!r} stands twice", key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def load_plain_yaml(text: str) -> Any:
    """Read one document.

    Raises:
        yaml.YAMLError: the text is not YAML, holds a key twice, or a tag that is not plain data.
    """
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a safe loader
