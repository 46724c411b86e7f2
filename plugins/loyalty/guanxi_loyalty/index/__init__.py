"""The loyalty index (忠诚度指数): from 0 to 100, from parts that each say where they come from."""

from guanxi_loyalty.index.reading import index_of
from guanxi_loyalty.index.scoring import PARTS, Index, Part

__all__ = ["PARTS", "Index", "Part", "index_of"]
