"""How the controller serves the console."""

import re
from pathlib import Path

from gatescale.console import mount
from live import Api, Live


def get(api: Api, path: str, accept: str = "text/html", encoding: str = "br"):
    return api.get(path, headers={"accept": accept, "accept-encoding": encoding})


def test_any_page_is_the_console_under_a_strict_policy(api: Api) -> None:
    answer = get(api, "/users/some-id")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert f'nonce="{nonce[1]}"'.encode() in answer.body
    assert nonce[0] not in get(api, "/users").headers["content-security-policy"]


def test_files_are_compressed_and_kept_for_ever(api: Api) -> None:
    path = re.search(r'"(/assets/[^"]+\.js)"', get(api, "/").body.decode())
    assert path
    small = get(api, path[1], "*/*")
    assert small.headers["content-encoding"] == "br"
    assert "immutable" in small.headers["cache-control"]
    assert small.headers["content-type"].startswith("text/javascript")
    plain = get(api, path[1], "*/*", "br;q=0, identity")
    assert "content-encoding" not in plain.headers
    assert len(plain.body) > len(small.body)


def test_what_the_api_has_not_is_told_by_the_api(api: Api) -> None:
    for path, accept in (
        ("/tenants/nothing", "text/html"),
        ("/nothing", "application/json"),
        ("/assets/nothing.js", "text/html"),
        ("/assets/..", "text/html"),
    ):
        answer = get(api, path, accept)
        assert answer.status == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
    assert api.post("/users", json={}).status == 404
    assert get(api, "/tenants/configuration/plan").status == 405


def test_the_page_knows_where_the_api_is(tmp_path: Path) -> None:
    with Live(tmp_path, base_path="/qa") as live:
        assert b'name="api-base" content="/qa"' in get(Api(live.url, None), "/").body


def test_what_the_first_page_loads_is_small() -> None:
    build = Path(mount.__file__).parent / "static"
    page = (build / "index.html").read_text()
    wanted, loaded = set(re.findall(r"/assets/([\w.-]+\.js)", page)), set[str]()
    while wanted:
        name = wanted.pop()
        loaded.add(name)
        code = (build / "assets" / name).read_text()
        imports = re.findall(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""", code)
        wanted |= set(imports) - loaded
    # What would not get smaller is sent as it is.
    sent = {name: [*(build / "assets").glob(f"{name}*")] for name in loaded}
    size = sum(min(file.stat().st_size for file in files) for files in sent.values())
    assert size < 200 * 1024
