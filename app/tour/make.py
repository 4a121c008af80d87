"""Making the tour of a district: its wishes, the edition before, the choice, and the walks."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app.editions.cut import last_tour, marks
from app.results import Results
from app.texts import Texts
from app.tour.choose import choose_tour
from app.tour.model import Tour
from app.tour.walks import find_walks
from layers.store import sha256_of
from layers.tour import TourFile, read_tour


def make_tour(results: Results, *, texts: Texts, file: TourFile | None = None, label: str | None = None) -> Tour:
    """Choose what the children's map of a district shows.

    Args:
        results: Of the district.
        texts: The reader's language.
        file: Its wishes; None reads its ``tour.toml``.
        label: Of the edition; None takes that of the file.

    Raises:
        SettingsError: ``tour.toml`` has a fault, or names places that are not there.
        InputError: The edition before is damaged.
    """
    folder = results.district.folder
    wishes = read_tour(folder) if file is None else file
    own = wishes.label if label is None else label
    last = last_tour(folder, but=own)
    before, seen = ("", None) if last is None else (last[0], marks(last[1]))
    tour = choose_tour(results, wishes, texts=texts, before=seen, label=own, label_before=before)
    found = find_walks(tour.sights, results, texts=texts)
    notes = (*tour.notes, found.note) if found.note else tour.notes
    return replace(tour, walks=found.walks, notes=notes)


def tour_inputs(folder: Path) -> Mapping[str, str]:
    """Return what decides a tour besides the district's own inputs: wishes and pictures, and the editions there are."""
    wishes = read_tour(folder)
    files = [wishes.file] if wishes.file.exists() else []
    files += [folder / own.picture for own in wishes.place.values() if own.picture]
    last = last_tour(folder, but=wishes.label)
    hashes = {str(path.name): sha256_of(path) for path in files}
    return hashes | ({"edition before": last[0]} if last else {})
