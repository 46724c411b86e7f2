"""A plugin's tables carry its prefix and refer only to themselves and the core."""

from collections.abc import Callable

from guanxi.plugins.loading import LoadedPlugin

Load = Callable[..., LoadedPlugin]

MODELS = """
from sqlalchemy import ForeignKey, MetaData, Table, Column, Uuid
from sqlalchemy.orm import Mapped, mapped_column
Base = model_base()

class Thing(Base):
    __tablename__ = "{table}"
    id: Mapped[PrimaryId]
    {more}

@hookimpl
def register_models():
    return Base.metadata
"""
MIGRATIONS = {"migrations/.keep": ""}


def refusal(load: Load, table: str = "sample_things", more: str = "", **options: object) -> str:
    """What is wrong with a plugin that has these tables."""
    plugin = load(MODELS.format(table=table, more=more), **options)
    assert plugin.problem is not None
    return plugin.problem.message % plugin.problem.params


def test_a_table_outside_the_prefix_is_refused(load: Load) -> None:
    assert refusal(load, "things") == (
        "Its table things lies outside its prefix; its name must begin with sample_."
    )


def test_tables_need_migrations(load: Load) -> None:
    assert refusal(load) == "It has tables but its manifest names no folder of migrations."


def test_the_folder_of_migrations_must_be_there(load: Load) -> None:
    sentence = refusal(load, manifest="migrations='migrations'")

    assert sentence == "Its folder of migrations migrations does not exist."


def test_migrations_that_cannot_be_read_are_told(load: Load) -> None:
    sentence = refusal(
        load, manifest="migrations='migrations'", files={"migrations/0001_x.py": "1/0"}
    )

    assert sentence == "Its migrations cannot be read: ZeroDivisionError: division by zero."


def test_a_reference_to_the_core_by_its_column_is_fine(load: Load) -> None:
    plugin = load(
        MODELS.format(table="sample_things", more="who = mapped_column(ForeignKey(Customer.id))"),
        manifest="migrations='migrations'",
        files=MIGRATIONS,
    )

    assert plugin.problem is None
    assert plugin.contribution is not None
    assert plugin.contribution.tables == ("sample_things",)


def test_a_reference_by_name_is_refused_with_the_right_way(load: Load) -> None:
    sentence = refusal(load, more='who = mapped_column(ForeignKey("customers.id"))')

    assert sentence == (
        "Its table sample_things refers to customers.id, which is not its own; "
        "write a reference to the core as ForeignKey(sdk.Customer.id)."
    )


def test_a_reference_to_another_plugin_is_refused(load: Load) -> None:
    other = 'Table("other_things", MetaData(), Column("id", Uuid, primary_key=True))'

    sentence = refusal(load, more=f"who = mapped_column(ForeignKey({other}.c.id))")

    assert sentence == (
        "Its table sample_things refers to other_things, a table of another plugin; "
        "only its own and the core's may be referred to."
    )
