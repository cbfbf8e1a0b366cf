"""The parts of the page that live in the browser: list, history and composer.

Each is one element here, however much it shows: its content travels as data, is rendered by Vue
as text, and costs the gateway next to nothing per row and per message.
"""

from collections.abc import Callable
from typing import Any

from nicegui.element import Element

Handler = Callable[..., Any]


class _Data(Element):
    """An element whose properties are set together."""

    def show(self, **properties: Any) -> None:
        """Set properties; nothing is sent if nothing has changed."""
        changed = {
            name: value
            for name, value in properties.items()
            if name not in self._props or self._props[name] != value
        }
        if changed:
            self._props.update(changed)
            self.update()


class CaseList(_Data, component="case_list.js"):
    """The list of cases."""

    def __init__(
        self,
        texts: dict[str, Any],
        *,
        on_open: Handler,
        on_more: Handler,
        on_claim: Handler,
        on_resolve: Handler,
    ) -> None:
        super().__init__()
        self._props.update(texts=texts, rows=[], empty="", more=False, waiting=0, late=0)
        self.on("open", lambda event: on_open(event.args))
        self.on("more", lambda _: on_more())
        self.on("claim", lambda _: on_claim())
        self.on("resolve", lambda _: on_resolve())


class History(_Data, component="history.js"):
    """The messages of a conversation."""

    def __init__(self, texts: dict[str, Any], *, on_earlier: Handler, on_seen: Handler) -> None:
        super().__init__()
        self._props.update(texts=texts, conversation="", messages=[], earlier=False, typing=False)
        self.on("earlier", lambda _: on_earlier())
        self.on("seen", lambda event: on_seen(event.args["conversation"], event.args["id"]))


class Composer(_Data, component="composer.js"):
    """Where a reply is written."""

    def __init__(
        self,
        texts: dict[str, Any],
        limit: int,
        *,
        on_draft: Handler,
        on_send: Handler,
        on_typing: Handler,
    ) -> None:
        """``limit``: how many characters a message may have."""
        super().__init__()
        self._props.update(
            texts=texts, limit=limit, conversation="", value="", locked=True, canned=[]
        )
        self.on("draft", lambda event: on_draft(event.args["conversation"], event.args["text"]))
        self.on(
            "send",
            lambda event: on_send(event.args["conversation"], event.args["text"], event.args["id"]),
        )
        self.on("typing", lambda event: on_typing(event.args))

    def insert(self, text: str) -> None:
        """Put a text behind what is typed."""
        self.run_method("insert", text)

    def offer_canned(self) -> None:
        """Show the canned replies."""
        self.run_method("offerCanned")

    def sent(self, attempt_id: str) -> None:
        """The message is stored."""
        self.run_method("sent", attempt_id)

    def failed(self, attempt_id: str) -> None:
        """The message is not stored; it stays where it was typed."""
        self.run_method("failed", attempt_id)

    def stored(self, conversation_id: str) -> None:
        """The draft is stored."""
        self.run_method("stored", conversation_id)
