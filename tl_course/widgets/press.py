"""A button that is heard after every change that was made before it was pressed."""

from __future__ import annotations

from typing import Any

import ipywidgets
import traitlets


class PressButton(ipywidgets.Button):
    """A button whose handlers know what the page shows.

    ipywidgets holds a change of a control back while an earlier one is under way, and sends a press at once:
    while the kernel is busy, a press would overtake the choice that it belongs to. So a press first asks the
    page for an echo, which lies behind all that was held back; the echo calls the handlers. `click()`, which
    programs call, does so at once.
    """

    asked = traitlets.Int(0).tag(sync=True)
    echoed = traitlets.Int(0).tag(sync=True)  # the page copies `asked` here

    def __init__(self, description: str, **keywords: Any) -> None:
        super().__init__(description=description, layout={"width": "auto"}, **keywords)
        self.link = ipywidgets.jslink((self, "asked"), (self, "echoed"))
        self.observe(lambda _: self.click(), "echoed")

    def _handle_button_msg(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("event") == "click":
            self.asked += 1
