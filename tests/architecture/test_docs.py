"""What the documents say exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")])


def test_there_are_documents():
    assert {"README.md", "ARCHITECTURE.md", "CHANGELOG.md"} <= {path.name for path in DOCUMENTS}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


def test_the_rooms_of_the_architecture_are_there():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rooms = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    source = ROOT / "src" / "gatescale"
    found = {path.name.removesuffix(".py") for path in source.iterdir() if path.name[0] != "."}
    assert set(rooms) == found - {"__init__", "__pycache__", "py.typed"}


def test_every_command_and_setting_of_the_controller_is_documented():
    from gatescale.controller.cli import serve

    text = (ROOT / "docs" / "operating.md").read_text()
    for name in serve.__annotations__.keys() - {"return"}:
        assert f"--{name.replace('_', '-')}" in text


def test_nobody_writes_long_modules():
    paths = [p for p in (ROOT / "src").rglob("*.py") if "migrations" not in p.parts]
    assert len(paths) > 100
    for path in paths:
        lines = len(path.read_text().splitlines())
        assert lines <= 500, f"{path.name} has {lines} lines: split it by noun or verb"
