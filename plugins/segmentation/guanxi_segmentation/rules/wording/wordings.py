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
        all_of = isinstance(node, tree.AllOf) != negated
        parts = self._parts(node, negated=negated, all_of=all_of)
        if len(parts) == 1:
            one, its_negated = parts[0]
            return self.words(one, negated=its_negated, outermost=outermost)
        words = [self.words(one, negated=its, outermost=False) for one, its in parts]
        return self.join(words, all_of=all_of, outermost=outermost)

    def _parts(self, node: Node, *, negated: bool, all_of: bool) -> list[tuple[Node, bool]]:
        """Return what a group joins; a group of the same kind in it says nothing of its own."""
        if isinstance(node, tree.Not):
            return self._parts(node.arg, negated=not negated, all_of=all_of)
        if not isinstance(node, (tree.AllOf, tree.AnyOf)):
            return [(node, negated)]
        same = (isinstance(node, tree.AllOf) != negated) == all_of
        if not same and len(node.args) > 1:
            return [(node, negated)]
        return [
            part for one in node.args for part in self._parts(one, negated=negated, all_of=all_of)
        ]
