"""Units and the few constants that are facts, not choices (choices live in the standards' TOML)."""

from typing import Final

SECONDS_PER_MINUTE: Final = 60.0
METRES_PER_KM: Final = 1000.0

# Semi-major axis of GCJ-02's and BD-09's ellipsoid (Krasovsky 1940), metres.
KRASOVSKY_A_M: Final = 6_378_245.0
# First eccentricity squared of the same ellipsoid.
KRASOVSKY_E2: Final = 0.006_693_421_622_965_943

# Mean earth radius that OSMnx uses for its edge lengths, metres.
OSMNX_EARTH_RADIUS_M: Final = 6_371_009.0


def walk_m(speed_mps: float, minutes: float) -> float:
    """Tell how far one walks.

    Args:
        speed_mps: Walking speed, metres per second.
        minutes: Time, minutes.

    Returns:
        Metres.

    >>> walk_m(1.2, 15)
    1080.0
    """
    return speed_mps * minutes * SECONDS_PER_MINUTE


def walk_min(speed_mps: float, distance_m: float) -> float:
    """Tell how long one walks, in minutes; the inverse of :func:`walk_m`.

    >>> walk_min(1.2, 1080)
    15.0
    """
    return distance_m / speed_mps / SECONDS_PER_MINUTE
