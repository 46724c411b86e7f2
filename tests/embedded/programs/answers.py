"""A web server that is always ready: answers.py PORT."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answer(BaseHTTPRequestHandler):
    """Says 200 to everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Keep silent."""


HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
