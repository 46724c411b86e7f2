"""The results of a survey with a million answers: counted once, then a page.

- Answers are counted in batches by the job; its rate is printed, for it has to keep up with what
  comes in (37 finished answers per second are what Odoo 19's survey records at most).
- The page of results with trends, groups, drivers, how comments sound, and every question, through
  the real web server with one client: the 95th percentile is to be under 500 ms.

The database is kept, see ``kept.py``; ``SURVEYS_BENCH_ANSWERS`` says how many answers.
"""

import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from bench.kept import durable_server, kept_database
from bench.reading import Page, report
from bench.serving import credentials, prepare, programs
from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.db.write import SYSTEM, Actor
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi_surveys.figures.counting import count_some
from guanxi_surveys.life.making import SurveyDraft, make_survey
from guanxi_surveys.life.publishing import publish

ANSWERS = int(os.environ.get("SURVEYS_BENCH_ANSWERS", "1000000"))
BATCH = 5000
ODOO = 37
MILLISECONDS = 500
_DEFINITION: dict[str, Any] = {
    "title": "Results",
    "pages": [
        {
            "name": "only",
            "elements": [
                {"type": "rating", "name": "recommend", "rateMin": 0, "rateMax": 10},
                {"type": "rating", "name": "overall"},
                *({"type": "rating", "name": f"part{one}"} for one in range(4)),
                {"type": "radiogroup", "name": "again", "choices": ["yes", "no", "maybe"]},
                {"type": "checkbox", "name": "liked", "choices": ["price", "staff", "place"]},
                {"type": "text", "name": "age", "inputType": "number"},
                {"type": "comment", "name": "why"},
            ],
        }
    ],
}
_MEASURES: dict[str, Any] = {
    "recommend": {"measure": "nps"},
    "overall": {"measure": "csat", "scale": [1, 5], "good": [4, 5]},
}
_FILL = text(
    """
    INSERT INTO surveys_answers (id, survey_id, version_id, submission, state, language, channel,
        attributes, values, seen, nps, csat, begun_at, finished_at)
    SELECT gen_random_uuid(), v.survey_id, v.id, gen_random_uuid(), 'finished', 'en', 'public',
        jsonb_build_object('customers.country', 'C' || (n % 20)),
        jsonb_strip_nulls(jsonb_build_object('recommend', score, 'overall', stars,
            'part0', 1 + (n + score) % 5, 'part1', 1 + (n * 7) % 5,
            'part2', least(5, 1 + score / 2), 'part3', stars,
            'again', (ARRAY['yes', 'no', 'maybe'])[1 + n % 3],
            'liked', jsonb_build_array((ARRAY['price', 'staff', 'place'])[1 + n % 3]),
            'age', 18 + n % 60, 'why', CASE WHEN n % 3 = 0 THEN 'Friendly staff' END)),
        ARRAY['recommend', 'overall', 'part0', 'part1', 'part2', 'part3', 'again', 'liked', 'age',
              'why'],
        score, (stars - 1) / 4.0,
        ended - interval '90 seconds', ended
    FROM (
        SELECT n, n * 19 % 11 AS score, 1 + n * 29 % 5 AS stars,
            CAST(:now AS timestamptz) - (n % 63000) * interval '17 minutes' AS ended
        FROM generate_series(1, :answers) AS n
    ) AS made, surveys_versions AS v
    """
)
_READ: Final = text(
    """
    UPDATE surveys_comments
    SET language = 'en', read_at = now(), words = ARRAY['friendly', 'staff'],
        sentiment = 0.4 - mod(('x' || substr(answer_id::text, 1, 4))::bit(16)::integer, 2)
    """
)
"""Comments as if they had been read, which is no part of this."""


def main() -> None:
    """Print the rate of counting, and the times of the page."""
    with durable_server() as server, tempfile.TemporaryDirectory() as folder:
        url = kept_database(server, f"surveys_{ANSWERS}", _fill, of=Path(__file__))
        _, cookie = credentials(url)
        prepare(url, Path(folder))
        with programs(url, Path(folder), "web") as running:
            for weeks in ("13", "52", "all"):
                address = f"/surveys/results_bench/results?weeks={weeks}"
                title = f"results of {ANSWERS:,} answers, weeks: {weeks}"
                page = Page(title, (address,), MILLISECONDS, 0.95, (cookie,))
                report(running.port, page, seconds=8)


def _fill(url: str) -> None:
    platform = build_platform(Config(), url)
    now = utc_now()
    enable(platform.database, platform.host, "surveys", actor=Actor("system", "bench"), now=now)
    platform.host.refresh_from(platform.database)
    with platform.database.write(SYSTEM, now=now, dispatcher=platform.dispatcher) as session:
        draft = SurveyDraft(
            key="results_bench", title="Results", definition=_DEFINITION, measures=_MEASURES
        )
        publish(session, make_survey(session, draft, now=now), now=now)
    engine = create_engine(platform.database.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(_FILL, {"now": now - timedelta(minutes=5), "answers": ANSWERS})
        connection.execute(text("ANALYZE surveys_answers"))
    _count(platform)
    with engine.begin() as connection:
        connection.execute(_READ)
        connection.execute(text("ANALYZE"))
    platform.database.dispose()


def _count(platform: Platform) -> None:
    started, counted = time.perf_counter(), 0
    while True:
        with platform.database.write(SYSTEM, now=utc_now(), dispatcher=platform.dispatcher) as here:
            some = count_some(here, BATCH)
        if not some:
            break
        counted += some
    rate = counted / (time.perf_counter() - started)
    print(f"counted: {rate:,.0f} answers a second, {rate / ODOO:.0f} times what Odoo records")
