"""Reports for the board (决策报告): figures are frozen when one is made."""
