"""Files as the course's JupyterLab reads them: a widget without its kernel is the still beside it."""

from __future__ import annotations

from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from tl_course.runner import leave_out_widgets


class Contents(AsyncLargeFileManager):
    """JupyterLab's own way to the files, but for notebooks that were saved with widgets and have no kernel.

    JupyterLab would show "Error displaying widget: model not found" for each of them. The file stays as it is
    until it is saved.
    """

    async def get(self, path: str, *arguments: Any, **options: Any) -> dict[str, Any]:
        """The model of the file or folder at `path`."""
        model: dict[str, Any] = await super().get(path, *arguments, **options)
        if model["type"] == "notebook" and model["content"] and not await self.has_kernel(path):
            leave_out_widgets(model["content"])
        return model

    async def has_kernel(self, path: str) -> bool:
        """Whether a kernel works for this notebook, and may hold its widgets."""
        server: Any = self.parent
        sessions = await server.session_manager.list_sessions()
        return any(session["path"].strip("/") == path.strip("/") for session in sessions)
