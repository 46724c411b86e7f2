"""The conformance suite tells right from wrong."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from guanxi.testkit.plugin_folder import PluginFolder

MODELS = """
from uuid import UUID
from sqlalchemy import ForeignKey, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
Base = model_base()

class Count(Base):
    __tablename__ = "{name}_counts"
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    contacts: Mapped[int]

@hookimpl
def register_models():
    return Base.metadata

def add(session, customer_id, contacts):
    row = insert(Count).values(customer_id=customer_id, contacts=contacts)
    more = {{"contacts": Count.contacts + contacts}}
    session.execute(row.on_conflict_do_update(index_elements=["customer_id"], set_=more))

@hookimpl
def on_touchpoints_recorded(session, events):
    for event in events:
        add(session, event.customer_id, 1)
"""
DILIGENT = """
@hookimpl
def on_replay_started(session):
    session.execute(delete(Count))

@hookimpl
def customer_data_export(session, customer_id):
    return {"contacts": session.get(Count, customer_id).contacts}

@hookimpl
def customer_data_erase(session, customer_id):
    session.execute(delete(Count).where(Count.customer_id == customer_id))

@hookimpl
def customer_data_merge(session, kept_id, merged_id):
    contacts = session.get(Count, merged_id).contacts
    add(session, kept_id, contacts)
    customer_data_erase(session, merged_id)
    return {"contacts": contacts}

@hookimpl
def customer_data_unmerge(session, kept_id, merged_id, undo):
    add(session, kept_id, -undo["contacts"])
    add(session, merged_id, undo["contacts"])
"""
CARELESS = """
@hookimpl
def on_replay_started(session): ...
@hookimpl
def customer_data_export(session, customer_id): return {"row": session.get(Count, customer_id)}
@hookimpl
def customer_data_erase(session): ...
@hookimpl
def customer_data_merge(session): return {}
@hookimpl
def customer_data_unmerge(session): ...
@hookimpl
def slot_customer_panel(): return Panel(Text("", ""), "careless/missing.html")
@hookimpl
def register_attributes():
    return [Attribute("careless.doubled", Text("Doubled", ""), "number", sql=lambda: Count.contacts,
                      join=Count.__table__, on=Count.contacts >= 0)]
"""
FORGETFUL = """
from pathlib import Path
(Path(__file__).parent / "log.txt").write_text("loaded")
"""
MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision = "first"
down_revision = None

def upgrade():
    op.create_table(
        "{name}_counts",
        sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customers.id"), primary_key=True),
        sa.Column("contacts", sa.BigInteger, nullable={nullable}),
    )

def downgrade():
    op.drop_table("{name}_counts")
"""
EXPECTED = {
    "Diligent": set(),
    "Careless": {
        "test_a_merge_moves_everything_and_can_be_taken_back",
        "test_a_replay_gives_the_same_state",
        "test_its_attributes_have_one_value_per_customer",
        "test_its_panels_are_drawn",
        "test_its_texts_are_chinese_and_english",
        "test_nothing_is_left_of_an_erased_customer",
        "test_what_it_exports_is_plain_data",
    },
    "Forgetful": {
        "test_a_merge_moves_everything_and_can_be_taken_back",
        "test_a_replay_gives_the_same_state",
        "test_it_answers_for_what_it_stores_about_people",
        "test_its_migrations_make_what_its_models_describe",
        "test_its_readme_says_how_to_remove_it",
        "test_loading_it_changes_nothing_outside",
        "test_nothing_is_left_of_an_erased_customer",
        "test_what_it_exports_is_plain_data",
    },
}


def write_plugins(folder: PluginFolder) -> None:
    """Three plugins that count contacts: one as it should be, two that break promises."""
    hooks = {"diligent": DILIGENT, "careless": CARELESS, "forgetful": FORGETFUL}
    for name, source in hooks.items():
        migration = MIGRATION.format(name=name, nullable=name == "forgetful")
        folder.add(
            name,
            MODELS.format(name=name) + source,
            manifest="migrations='migrations'",
            files={"migrations/0001_counts.py": migration},
            readme="" if name == "forgetful" else "# Remove it\n\nUnder Apps.",
        )


@pytest.mark.slow
def test_the_suite_finds_every_broken_promise_and_no_other(tmp_path: Path) -> None:
    write_plugins(PluginFolder(tmp_path / "site"))
    classes = [
        f'class Test{name}(PluginContract):\n    plugin = "{name.lower()}"\n' for name in EXPECTED
    ]
    source = "from guanxi.testkit.conformance import PluginContract\n" + "\n".join(classes)
    (tmp_path / "test_plugins.py").write_text(source, "utf-8")

    command = [sys.executable, "-m", "pytest", "-q", "-rf", "-p", "guanxi.testkit.fixtures"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "test_plugins.py"],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=str(tmp_path / "site")),
        capture_output=True,
        text=True,
        check=False,
    )

    failed = re.findall(r"^FAILED \S+::Test(\w+)::(\w+)", done.stdout, re.MULTILINE)
    found = {name: {test for plugin, test in failed if plugin == name} for name in EXPECTED}
    assert found == EXPECTED, done.stdout
