"""The base of all tables of loyalty."""

from guanxi.sdk import model_base

Base = model_base()
