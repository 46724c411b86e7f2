"""A small Flask app that shows every component: ``python -m tests.web.gallery_app [PORT]``.

It stands alone, without database and sign-in. Its Content-Security-Policy is the product's,
so what would break there breaks here. Cookies choose language and theme.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import Translations
from flask import Flask, Response, flash, redirect, render_template, request, send_from_directory
from jinja2 import FileSystemLoader

from guanxi.http.headers import POLICY
from guanxi.web import assets

HERE = Path(__file__).parent
WEB = Path(assets.__file__).parent
ME = {"name": "Ada Lovelace", "email": "ada@example.org", "initials": "AL"}
PEOPLE = ("王小明", "王芳", "Ada Lovelace", "Grace Hopper")


def sample(locale: str) -> dict[str, Any]:
    """Return the texts and figures of the gallery; ``hours_ago`` becomes an instant."""
    now = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    content: dict[str, Any] = json.loads((HERE / f"gallery_{locale}.json").read_text("utf-8"))
    for row in content["rows"]:
        row["seen"] = now - timedelta(hours=row["hours_ago"])
    for entry in content["entries"]:
        entry["when"] = now - timedelta(hours=entry["hours_ago"])
    return content


def navigation(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a menu of the usual size."""

    def entry(item: dict[str, Any]) -> dict[str, Any]:
        return {"url": "/gallery", "active": False, "badge": None, **item}

    return [
        {"title": group["title"], "items": [entry(item) for item in group["items"]]}
        for group in content["navigation"]
    ]


def shell() -> dict[str, Any]:
    """Return what the layout expects from its surroundings."""
    locale = request.cookies.get("locale", "en")
    content = sample(locale)
    return {
        "locale": locale,
        "theme": request.cookies.get("guanxi_theme", "light"),
        "me": ME,
        "nav": navigation(content),
        "quick_actions": content["quick_actions"],
        "shell_urls": {
            "home": "/gallery",
            "search": "/search",
            "language": "/language",
            "profile": "/gallery",
            "sign_out": "/sign-out",
        },
        "sample": content,
    }


@lru_cache
def translations(locale: str) -> Translations:
    """Return the core's catalogue, or one that answers in English where there is none."""
    folder = WEB.parent / "translations"
    names = ["zh_Hans_CN"] if locale == "zh" else ["en"]
    found = Translations.load(folder, names)
    return found if isinstance(found, Translations) else Translations()


def add_globals(app: Flask) -> None:
    """Provide the template globals that the product provides."""

    def gettext(text: str, **values: Any) -> str:
        said = translations(request.cookies.get("locale", "en")).gettext(text)
        return said % values if values else said

    app.jinja_env.filters["instant"] = lambda when: when.strftime("%Y-%m-%d %H:%M")
    app.jinja_env.globals.update(
        _=gettext, asset=assets.asset_url, csrf_token=lambda: "token-of-the-test"
    )
    app.context_processor(shell)


def add_pages(app: Flask) -> None:
    """Register the gallery and further looks: with messages, with errors, signed out."""

    @app.route("/gallery", methods=["GET", "POST"])
    def gallery() -> Any:
        if request.method == "POST":
            flash(f"{request.form.get('name', '')} saved", "success")
            return redirect("/gallery")
        return render_template("guanxi/gallery.html")

    @app.get("/flashes")
    def flashes() -> Any:
        for category in ("success", "info", "warning", "error"):
            flash(f"A message of the kind {category}.", category)
        return render_template("guanxi/gallery.html")

    @app.get("/sign-in")
    def sign_in() -> str:
        return render_template("gallery_sign_in.html")

    @app.get("/refused")
    def refused() -> str:
        return render_template("gallery_refused.html")


def add_answers(app: Flask) -> None:
    """Register what the controls of the pages call."""

    @app.get("/part")
    def part() -> str:
        return render_template("gallery_part.html")

    @app.post("/echo-token")
    def echo_token() -> str:
        return request.headers.get("X-CSRFToken", "none")

    @app.get("/search")
    def search() -> str:
        wanted = request.args["q"].casefold()
        found = [name for name in PEOPLE if wanted in name.casefold()]
        return render_template("gallery_search.html", found=found)

    @app.post("/language")
    def language() -> Any:
        answer = redirect(request.form["next"])
        answer.set_cookie("locale", request.form["locale"])
        return answer


def create_gallery() -> Flask:
    """Return the app."""
    app = Flask(__name__, static_folder=None)
    app.secret_key = "only for the gallery"
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = FileSystemLoader([HERE / "templates", WEB / "templates"])
    add_globals(app)
    add_pages(app)
    add_answers(app)

    @app.get("/static/<path:name>")
    def static_file(name: str) -> Response:
        return send_from_directory(assets.STATIC, name)

    @app.after_request
    def protect(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    return app


if __name__ == "__main__":
    create_gallery().run(port=int(sys.argv[1]) if len(sys.argv) > 1 else 8011)
