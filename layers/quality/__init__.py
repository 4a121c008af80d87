"""Quality: what the data lacks, and which answers cannot be trusted.

``check`` findings on the whole district; ``places``, ``streets`` and ``homes`` lights for each zone; ``complete`` how
much of what there is each source knows; ``trust`` which answers hold; ``table`` all of it; every limit in
``quality.toml``.
"""

from layers.quality.check import Evidence, check_quality
from layers.quality.finding import DOUBT, LISTED, Finding, Level

__all__ = ["DOUBT", "LISTED", "Evidence", "Finding", "Level", "check_quality"]
