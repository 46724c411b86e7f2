"""The demonstration's real file, half a million order lines, from its archive to values."""

from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from guanxi.imports.files import read_batches, recognise
from guanxi.imports.files.values import clean_external_id, parse_decimal, parse_instant

FILE = Path(__file__).parents[3] / "demo" / "online-retail" / "online_retail.csv.gz"


def test_every_line_of_a_year_of_trade_is_read():
    zone = ZoneInfo("Europe/London")
    found = recognise(FILE)

    lines, customers, invoices, total, instants = 0, set(), set(), Decimal(0), set()
    for batch in read_batches(FILE, found):
        for _, (invoice, _, _, quantity, when, price, customer, _) in batch:
            lines += 1
            invoices.add(invoice)
            customers.add(clean_external_id(customer))
            total += parse_decimal(quantity) * parse_decimal(price)
            instants.add(parse_instant(when, zone))

    assert (lines, len(invoices), len(customers - {""})) == (541_909, 25_900, 4_372)
    assert total == Decimal("9747747.934")
    assert f"{min(instants)} {max(instants)}" == (
        "2010-12-01 08:26:00+00:00 2011-12-09 12:50:00+00:00"
    )
