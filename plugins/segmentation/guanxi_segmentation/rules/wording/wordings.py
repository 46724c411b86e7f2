"""What the languages have in common: the walk over the tree, and "not" taken down to the leaves."""

from abc import ABC, abstractmethod
from typing import NamedTuple

from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.tree import Leaf, Node
from guanxi_segmentation.rules.wording.names import Names


class Clause(NamedTuple):
    """One condition in words; ``lead`` joins it to "customers" where the language needs it."""

    lead: str
    text: str

    def __str__(self) -> str:
        return f"{self.lead} {self.text}" if self.lead else self.text


class Wordings(ABC):
    """Puts conditions into words of one language."""

    def __init__(self, names: Names) -> None:
        self.names = names

    @abstractmethod
    def sentence(self, node: Node) -> str:
        """Return a whole rule as a sentence about customers."""

    @abstractmethod
    def join(self, parts: list[str], *, all_of: bool, outermost: bool) -> str:
        """Return conditions of which all, or one, has to hold."""

    @abstractmethod
    def leaf(self, leaf: Leaf, *, negated: bool) -> Clause:
        """Return one condition, or its opposite."""

    def clause(self, node: Node) -> str:
        """Return a condition or a group by itself."""
        if isinstance(node, (tree.AllOf, tree.AnyOf, tree.Not)):
            return self.words(node)
        return self.leaf(node, negated=False).text

    def words(self, node: Node, *, negated: bool = False, outermost: bool = True) -> str:
        """Return a tree in words. "Not all of" becomes "one of ... not", which is easier read."""
        if isinstance(node, tree.Not):
            return self.words(node.arg, negated=not negated, outermost=outermost)
        if not isinstance(node, (tree.AllOf, tree.AnyOf)):
            return str(self.leaf(node, negated=negated))
        if len(node.args) == 1:
            return self.words(node.args[0], negated=negated, outermost=outermost)
        parts = [self.words(one, negated=negated, outermost=False) for one in node.args]
        all_of = isinstance(node, tree.AllOf) != negated
        return self.join(parts, all_of=all_of, outermost=outermost)
