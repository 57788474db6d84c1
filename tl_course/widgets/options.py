"""Options of which one is chosen, by mouse or with Tab and the arrows, and none before."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

# A list box takes one Tab and the arrows, in every browser. (Radio buttons of ipywidgets have no name: in
# Chrome the arrows go on into the next card of the page.) It is made to look like radio buttons, and to wrap.
OPTIONS_STYLE = """<style>
.tl-panel .tl-options.widget-select { height: auto; width: auto; margin-left: 0; }
.tl-panel .tl-options select { border: none; background: transparent; height: auto; field-sizing: content;
  overflow: auto; scrollbar-width: none; font: inherit; color: inherit; }
.tl-panel .tl-options option { white-space: normal; padding: 4px 6px 4px 2.1em; text-indent: -1.6em;
  line-height: 1.35; }
.tl-panel .tl-options option::before { content: "\\25CB"; content: "\\25CB" / "";
  display: inline-block; width: 1.6em; text-indent: 0; }
.tl-panel .tl-options option:checked::before { content: "\\25CF"; content: "\\25CF" / ""; }
</style>"""


def list_box(options: Sequence[str], description: str) -> ipywidgets.Select:
    """A list of the options with none chosen; the page needs `OPTIONS_STYLE` once."""
    # ipywidgets shows each space as one that no line may end at; one of no width behind it lets lines end
    box = ipywidgets.Select(
        options=[(option.replace(" ", " \u200b"), option) for option in options],
        value=None,
        rows=len(options),
        description=description,
        style={"description_width": "initial"},
    )
    box.add_class("tl-options")
    return box
