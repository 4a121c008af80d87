"""The children's page as the service gives it: installable, and still asking nobody else."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.children import make_children_routes
from app.api.errors import add_error_handlers
from app.maps.children import write_children
from app.texts import Texts
from tests.children_pages import children_page, made_tour, sample_results
from tests.hostile import BUILT_ON
from tests.windows import opened_browser


def service(folder):
    """Return a service with the children's page only."""
    planner = SimpleNamespace(folder=folder, results=sample_results(), texts=Texts("zh-CN"))
    api = FastAPI()
    add_error_handlers(api, planner.texts)
    api.include_router(make_children_routes(planner))
    return api


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("served")
    (made / "out").mkdir()
    (made / "out" / "children.html").write_bytes(children_page().read_bytes())
    return made


@pytest.fixture
def client(folder):
    return TestClient(service(folder))


def test_page_links_its_manifest_only_when_served(client, folder):
    served = client.get("/children")
    assert served.status_code == 200
    assert '<link rel="manifest" href="children/manifest.webmanifest">' in served.text
    assert "manifest-src 'self'; worker-src 'self'" in served.text
    assert "connect-src" not in served.text  # default-src 'none' holds for everything else
    file = (folder / "out" / "children.html").read_text(encoding="utf-8")
    assert 'rel="manifest"' not in file
    assert "worker-src" not in file


def test_manifest_and_icon(client):
    told = client.get("/children/manifest.webmanifest")
    assert told.headers["content-type"].startswith("application/manifest+json")
    assert told.json()["display"] == "standalone"
    assert told.json()["start_url"] == "../children"
    icon = client.get("/children/icon.svg")
    assert icon.headers["content-type"].startswith("image/svg+xml")
    assert icon.text.startswith("<svg")


def test_another_page_makes_another_keeper(folder, tmp_path):
    one = TestClient(service(folder)).get("/children/sw.js")
    assert one.headers["service-worker-allowed"] == "../"
    assert "$version" not in one.text
    (tmp_path / "out").mkdir()
    results = sample_results()
    write_children(
        made_tour(results, per_theme=1),
        results,
        tmp_path / "out" / "children.html",
        texts=Texts("zh-CN"),
        built_on=BUILT_ON,
    )
    assert TestClient(service(tmp_path)).get("/children/sw.js").text != one.text


def test_before_the_first_build_the_answer_says_what_to_do(tmp_path):
    answer = TestClient(service(tmp_path)).get("/children")
    assert answer.status_code == 404
    assert "tongquan build" in answer.json()["detail"]
    assert str(tmp_path) not in answer.text


@contextmanager
def running(api):
    """Serve on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(api, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = datetime.now(UTC) + timedelta(seconds=20)
    while not server.started and datetime.now(UTC) < until:
        thread.join(0.05)
    assert server.started
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.mark.browser
def test_a_phone_keeps_the_page_and_finds_itself_when_asked(chromium, folder):
    with running(service(folder)) as address, opened_browser(chromium) as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
        page, asked, complaints = context.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.goto(f"{address}/children#theme=play")
        page.wait_for_selector("body.ready")
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        at = page.evaluate("() => { const s = tq.data.sights[0], p = tq.toLatLng(s.x, s.y); return [p.lat, p.lng]; }")
        context.grant_permissions(["geolocation"])
        context.set_geolocation({"latitude": at[0], "longitude": at[1]})
        page.click("#tq-near")
        assert "不会发给别人" in page.inner_text("#tq-ask")
        assert page.evaluate("() => tq.here === null")
        page.click("#tq-ask .big:not(.quiet)")
        page.wait_for_function("() => tq.here !== null")
        assert all(url.startswith((address, "data:", "blob:")) for url in asked), json.dumps(asked)
        context.set_offline(True)
        page.reload()
        page.wait_for_selector("body.ready")
        assert page.evaluate("() => tq.data.sights.length") > 0
        assert complaints == []
        context.close()
