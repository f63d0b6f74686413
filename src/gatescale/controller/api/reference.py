"""The API's reference: the OpenAPI document, and a page that renders it without any script."""

from functools import cache
from typing import Any

import msgspec
from jinja2 import PackageLoader, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gatescale.controller.api.openapi import document
from gatescale.controller.settings import Settings

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}
_templates = ImmutableSandboxedEnvironment(
    loader=PackageLoader("gatescale.controller.api"),
    autoescape=select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
)


def routes(settings: Settings) -> list[Route]:
    """Return ``/openapi.json`` and ``/docs``, which need no key and no other host."""
    server = f"{settings.public_url}{settings.base_path}"

    async def openapi(_: Request) -> Response:
        body = msgspec.json.encode(document(server))
        return Response(body, media_type="application/json")

    async def docs(_: Request) -> Response:
        return HTMLResponse(page(server), headers=_HEADERS)

    async def style(_: Request) -> Response:
        sheet = _templates.get_template("reference.css").render()
        return Response(sheet, media_type="text/css")

    return [
        Route("/openapi.json", openapi),
        Route("/docs", docs),
        Route("/docs/style.css", style),
    ]


@cache
def page(server: str) -> str:
    """Return the page of the document."""
    told = document(server)
    parts = told["components"]
    sections: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in told["tags"]}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            shown = {**operation, "method": method.upper(), "path": path}
            shown["parameters"] = [_resolved(each, parts) for each in operation["parameters"]]
            shown["answers"] = {
                status: _resolved(answer, parts)
                for status, answer in operation["responses"].items()
            }
            sections[operation["tags"][0]].append(shown)
    template = _templates.get_template("reference.html")
    return template.render(
        info=told["info"],
        server=server,
        sections=sections,
        schemas=parts["schemas"],
        as_json=_as_json,
        type_of=_type_of,
    )


def _resolved(part: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    found: dict[str, Any] = parts[kind][name]
    return found


def _as_json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _type_of(schema: dict[str, Any]) -> str:
    """Return a schema's type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_type_of(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"array of {_type_of(schema['items'])}"
    kind = schema.get("type", "any")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} ({schema['format']})" if "format" in schema else words
