"""A configuration as YAML: written in one form, read with the place of every mistake."""

from typing import Any

import yaml

from gatescale.errors import GatescaleError, InvalidError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def written(configuration: dict[str, Any]) -> str:
    """Return a configuration as YAML, in its order; what is null is left out."""
    text: str = yaml.dump(
        _without_nulls(configuration),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=10_000,
    )
    return text


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value


_MOST_NODES = 1_000_000


class Document:
    """A configuration that was read.

    Attributes:
        content: what it says, as the API takes it.

    Raises:
        InvalidError: it is no YAML, or says something twice; says in which line and column.
    """

    def __init__(self, text: bytes, name: str) -> None:
        self._name = name
        try:
            loader = _Loader(text.decode("utf-8-sig"))
            self._root = loader.get_single_node()
            if self._root:
                self._checked(self._root, {})
            self.content: Any = loader.construct_document(self._root) if self._root else None
        except yaml.MarkedYAMLError as error:
            words = " ".join(filter(None, (error.context, error.problem)))
            raise InvalidError(f"{self._place(error.problem_mark)}: {words}") from None
        except yaml.YAMLError as error:
            raise InvalidError(f"{name}: {' '.join(str(error).split())}") from None
        except UnicodeDecodeError as error:
            line = text.count(b"\n", 0, error.start) + 1
            raise InvalidError(f"{name}:{line}: it is not UTF-8") from None
        except RecursionError:
            raise InvalidError(f"{name}: it is nested too deeply") from None
        if not isinstance(self.content, dict):
            raise InvalidError(f"{name}: it is no configuration, which begins with version: 1")

    def mistakes(self, error: GatescaleError) -> list[str]:
        """Return what the controller finds wrong, each with its line, column and field."""
        return [
            f"{self._place(self._mark(each.pointer))}: {each.pointer or 'it'}: {each.detail}"
            for each in error.violations
        ] or [f"{self._name}: {error.detail}"]

    def _checked(self, node: Any, sizes: dict[int, int]) -> int:
        """Return how many nodes there are below one, aliases written out; refuse unclear keys.

        Args:
            node: of the document.
            sizes: of the nodes that were looked at; 0 of those that are being looked at.
        """
        size = sizes.get(id(node))
        if size is None:
            sizes[id(node)] = 0
            size = 1 + sum(self._checked(each, sizes) for each in self._parts(node))
            sizes[id(node)] = size
        if size == 0 or size > _MOST_NODES:
            raise InvalidError(f"{self._place(node.start_mark)}: aliases make this too large")
        return size

    def _parts(self, node: Any) -> list[Any]:
        if isinstance(node, yaml.MappingNode):
            self._refuse_unclear_keys([key for key, _ in node.value])
            return [value for _, value in node.value]
        return list(node.value) if isinstance(node, yaml.SequenceNode) else []

    def _refuse_unclear_keys(self, keys: list[Any]) -> None:
        """Refuse keys that are no texts, or come twice, of which YAML would keep the last."""
        seen: dict[str, int] = {}
        for key in keys:
            place = self._place(key.start_mark)
            if key.tag != "tag:yaml.org,2002:str":
                raise InvalidError(f"{place}: {key.value!r} is no text: put it in quotes")
            if key.value in seen:
                raise InvalidError(f"{place}: {key.value} stands in line {seen[key.value]} already")
            seen[key.value] = key.start_mark.line + 1

    def _mark(self, pointer: str) -> Any:
        """Return where the field of a pointer stands, or what it is missing from."""
        node, mark = self._root, self._root.start_mark
        for part in pointer.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            pair = _child(node, name)
            if pair is None:
                return mark
            mark, node = pair
        return mark

    def _place(self, mark: Any) -> str:
        return f"{self._name}:{mark.line + 1}:{mark.column + 1}" if mark else self._name


def _child(node: Any, name: str) -> tuple[Any, Any] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((k.start_mark, v) for k, v in node.value if k.value == name), None)
    if isinstance(node, yaml.SequenceNode) and name.isdecimal() and int(name) < len(node.value):
        child = node.value[int(name)]
        return child.start_mark, child
    return None
