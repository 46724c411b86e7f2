"""The base of all tables of segmentation."""

from guanxi.sdk import model_base

Base = model_base()
