"""Connects a shop, its accounts and its stock with Guanxi: a complete, small example.

    python shop_adapter.py orders orders.csv      the shop's orders become purchases
    python shop_adapter.py invoices invoices.csv  what accounts did becomes part of the timeline
    python shop_adapter.py stock stock.csv        what was sold is taken off the stock

Only Python's own library is needed. GUANXI_URL and GUANXI_TOKEN say where and as whom. Each
command can be repeated at any time, and after any failure: nothing is counted twice.
"""

import csv
import json
import os
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby, islice
from pathlib import Path
from typing import Any

AT_ONCE = 500
SALES = ("TouchpointRecorded", "TouchpointCorrected")
Row = dict[str, str]


def call(method: str, path: str, body: Any = None) -> Any:
    """Call the API and return its answer; an error status ends the program with the answer."""
    request = urllib.request.Request(
        os.environ["GUANXI_URL"] + "/api/v1" + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['GUANXI_TOKEN']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def send(path: str, items: Iterable[Any], **more: Any) -> Iterator[dict[str, Any]]:
    """Send items in portions; yield what became of each, in order."""
    left = iter(items)
    while portion := list(islice(left, AT_ONCE)):
        yield from call("POST", path, {"items": portion, **more})["results"]


def push_orders(rows: list[Row]) -> list[str]:
    """Send orders, one row per line of an order; return a sentence for each that was refused.

    Order numbers make repetition harmless.
    """
    ids, wrong = push_buyers(rows)
    rows = sorted(rows, key=lambda row: row["order"])
    orders = [purchase(list(lines), ids) for _, lines in groupby(rows, lambda row: row["order"])]
    for order, result in zip(orders, send("/touchpoints/bulk", orders), strict=True):
        if result["status"] >= 400:
            wrong.append(f"order {order['external_id']}: {result['title']}")
    return wrong


def push_buyers(rows: list[Row]) -> tuple[dict[str, str], list[str]]:
    """Make sure that all buyers are there; return their ids by the shop's numbers.

    They are found by these numbers, so that a new e-mail address changes the customer and
    makes no second one.
    """
    buyers = {row["buyer"]: row for row in rows}
    ids, wrong = {}, []
    results = send("/customers/bulk", map(customer, buyers.values()), mode="upsert")
    for number, result in zip(buyers, results, strict=True):
        if result["status"] < 400:
            ids[number] = result["id"]
        else:
            wrong.append(f"buyer {number}: {result['title']}")
    return ids, wrong


def customer(row: Row) -> dict[str, Any]:
    """The buyer of an order as a customer."""
    identities = [{"kind": "external", "source": "shop", "value": row["buyer"]}]
    if row.get("email"):
        identities.append({"kind": "email", "value": row["email"]})
    return {"name": row["name"], "identities": identities, "source": "shop"}


def purchase(lines: list[Row], ids: dict[str, str]) -> dict[str, Any]:
    """The lines of one order as a purchase; as a return if the sum is below zero."""
    first = lines[0]
    total = sum(Decimal(line["quantity"]) * Decimal(line["price"]) for line in lines)
    return {
        **whose(first, ids),
        "channel": "website",
        "kind": "return" if total < 0 else "purchase",
        "occurred_at": first["placed_at"],
        "currency": first["currency"],
        "lines": [
            {
                "product": line["product"],
                "description": line["title"],
                "quantity": line["quantity"],
                "unit_price": line["price"],
            }
            for line in lines
        ],
        "source": "shop",
        "external_id": first["order"],
    }


def whose(row: Row, ids: dict[str, str]) -> dict[str, str]:
    """Whom a row is about: the id, or where the buyer was refused, a hint to assign it by later."""
    known = ids.get(row["buyer"])
    return {"customer_id": known} if known else {"customer_hint": f"shop:{row['buyer']}"}


def push_invoices(rows: list[Row]) -> list[str]:
    """Send what accounts did with invoices; return a sentence for each that was refused.

    Issued, reminded and paid are three facts with three numbers, so none is ever overwritten.
    They carry no money: the order has it already, and it must not be counted twice.
    """
    ids, wrong = push_buyers(rows)
    facts = [
        {
            **whose(row, ids),
            "channel": "other",
            "kind": "note",
            "direction": "out",
            "occurred_at": row["at"],
            "subject": f"Invoice {row['invoice']}: {row['event']}",
            "source": "accounts",
            "external_id": f"{row['invoice']}:{row['event']}",
        }
        for row in rows
    ]
    for fact, result in zip(facts, send("/touchpoints/bulk", facts), strict=True):
        if result["status"] >= 400:
            wrong.append(f"invoice {fact['external_id']}: {result['title']}")
    return wrong


def update_stock(path: Path) -> int:
    """Take what was sold since the last run off the stock; return how many events that were.

    The place in Guanxi's log is kept in the stock file itself. Both are written together, so
    a run that dies in between leaves the old stock with the old place, and is repeated.
    """
    rows = {row["product"]: row for row in read(path)} if path.exists() else {}
    stock = {product: Decimal(row["pieces"]) for product, row in rows.items()}
    place, seen = int(stock.pop("#place", Decimal(0))), 0
    while True:
        answer = call("GET", f"/events?kind={','.join(SALES)}&limit=500&after={place}")
        for event in answer["items"]:
            seen += 1
            for product, pieces in sold(event):
                stock[product] = stock.get(product, Decimal(0)) - pieces
        place = answer["position"]
        if not answer["more"]:
            break
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["product", "pieces"])
        writer.writerows(
            (product, f"{pieces.normalize():f}") for product, pieces in sorted(stock.items())
        )
        writer.writerow(["#place", place])
    new.replace(path)
    return seen


def sold(event: dict[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """The pieces that an event says were sold; below zero where they came back."""
    payload = event["payload"]
    if event["kind"] == "TouchpointRecorded":
        sides = ((payload["touchpoint"], 1),)
    else:
        sides = ((payload["before"], -1), (payload["after"], 1))
    for touchpoint, sign in sides:
        for line in (touchpoint or {}).get("lines", ()):
            yield line["product"], sign * Decimal(str(line["quantity"]))


def read(path: Path) -> list[Row]:
    """Read a CSV file with a header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def main(what: str, file: str) -> int:
    """Do one of the three things; the exit status is 1 if something was refused."""
    path = Path(file)
    if what == "stock":
        print(f"{update_stock(path)} new events")
        return 0
    rows = read(path)
    wrong = push_orders(rows) if what == "orders" else push_invoices(rows)
    print(f"{len(rows)} rows sent, {len(wrong)} refused", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
