"""Settings of the grievance service."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True, kw_only=True)
class GrievanceSettings:
    """When settled cases are closed. Both are our own choice; neither stands in a rule of the field."""

    close_rated_after_hours: Annotated[
        float, Meta(ge=0, description="居民评价后多少小时自动办结 / hours from the rating to closing")
    ] = 24
    close_unrated_after_hours: Annotated[
        float, Meta(ge=0, description="解决后居民未评价多少小时自动办结 / hours from an unrated resolution to closing")
    ] = 168
