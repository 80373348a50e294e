"""The HTML of a rich message as a tree."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from kotodom.demo.botapi.values import bad_request

_VOID = frozenset({"br", "hr", "img", "input"})


@dataclass(eq=False)
class Node:
    tag: str
    attrs: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in self.attrs.get("class", "").split()

    def all(self, *tags: str) -> "list[Node]":
        """Its descendants with these tags, in order, none inside another."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                found += [child] if child.tag in tags else child.all(*tags)
        return found


class Tree(HTMLParser):
    """Builds the tree from the *known* tags; *strict* refuses what does not belong."""

    def __init__(self, known: frozenset[str], *, strict: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self._open = [self.root]
        self._known = known
        self._strict = strict

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._known:
            if self._strict:
                raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}"')
            return
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in self._known and tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        for index in range(len(self._open) - 1, 0, -1):
            if self._open[index].tag == tag:
                del self._open[index:]
                return
        if self._strict:
            raise bad_request(f'can\'t parse entities: Unmatched end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def finish(self) -> Node:
        self.close()
        if self._strict and len(self._open) > 1:
            raise bad_request(
                f"can't parse entities: Can't find end tag of \"{self._open[-1].tag}\""
            )
        return self.root
