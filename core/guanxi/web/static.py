"""Static files of the core and of enabled plugins. Names carry a hash, so browsers keep them."""

from pathlib import Path

from flask import Flask, abort, send_from_directory
from flask.wrappers import Response

from guanxi.platform import Platform
from guanxi.web.assets import STATIC, asset_url


def init_app(app: Flask, platform: Platform) -> None:
    """Serve ``/static/...``; a plugin's files lie under ``/static/plugins/<name>/``."""
    app.jinja_env.globals["asset"] = asset_url

    def static(filename: str) -> Response:
        return _send(STATIC, filename, immutable=filename.startswith("dist/"))

    def plugin_static(name: str, filename: str) -> Response:
        folder = platform.host.static_folder(name)
        if folder is None or name not in platform.host.enabled:
            abort(404)
        return _send(Path(folder), filename, immutable=False)

    app.add_url_rule("/static/<path:filename>", "static", static)
    app.add_url_rule("/static/plugins/<name>/<path:filename>", "plugin_static", plugin_static)
    platform.route_permissions["plugin_static"] = None


def _send(folder: Path, filename: str, *, immutable: bool) -> Response:
    answer = send_from_directory(folder, filename)
    age = "max-age=31536000, immutable" if immutable else "max-age=300"
    answer.headers["Cache-Control"] = f"public, {age}"
    return answer
