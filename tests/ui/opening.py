"""Pages as tests open them: run without a browser, in this process."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from patience import patience
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from playground.places import PAGES, ROUTER

Place = tuple[int, ...]

NOTHING: Mapping[str, str] = MappingProxyType({})


def opener(name: str, usual: Mapping[str, str] = NOTHING, *, menu: bool = False) -> Callable[..., AppTest]:
    """Return the function that opens a page with settings in its address, and fails where it ends in an exception.

    Args:
        name: The page's file in pages/, without its ending.
        usual: Settings that the address has where a test says nothing else.
        menu: Come by the menu, from Start, as where a page links to others.
    """

    def open_page(**query: str) -> AppTest:
        page = AppTest.from_file(str(ROUTER if menu else PAGES / f"{name}.py"), default_timeout=patience())
        for key, value in (dict(usual) | query).items():
            page.query_params[key] = value
        if menu:
            page.switch_page(f"../../../pages/{name}.py")
        page.run()
        assert not page.exception, page.exception
        return page

    return open_page


def headings(page: AppTest) -> dict[str, list[Place]]:
    """Return where every heading stands: its place in each block around it, from the outermost to its own."""
    found: dict[str, list[Place]] = {}

    def look(node: Block | Element, place: Place) -> None:
        if isinstance(node, Block):
            for index, child in node.children.items():
                look(child, (*place, index))
        elif node.type in ("title", "header", "subheader") or (node.type == "markdown" and node.value.startswith("#")):
            found.setdefault(node.value, []).append(place)

    look(page._tree, ())
    return found
