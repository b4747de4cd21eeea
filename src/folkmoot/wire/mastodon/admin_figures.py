"""Figures for the dashboard of moderators."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Time
from folkmoot.wire.mastodon.entity import Entity


class AdminCohortData(Entity, kw_only=True):
    """How many of a cohort were still active at a date. Page: Admin_Cohort."""

    date: Time
    rate: float = 0.0
    value: str = "0"


class AdminCohort(Entity, kw_only=True):
    """People who signed up in one period. Page: Admin_Cohort."""

    period: Time
    frequency: Literal["day", "month"]
    data: list[AdminCohortData] = []


class AdminDimensionData(Entity, kw_only=True):
    """One row of a dimension. Page: Admin_Dimension."""

    key: str = ""
    human_key: str = ""
    value: str = ""
    unit: str | UnsetType = UNSET
    human_value: str | UnsetType = UNSET


class AdminDimension(Entity, kw_only=True):
    """A ranked table, such as the most used languages. Page: Admin_Dimension."""

    key: str = ""
    data: list[AdminDimensionData] = []


class AdminMeasureData(Entity, kw_only=True):
    """The figure of one day."""

    date: str = ""
    value: str = "0"


class AdminMeasure(Entity, kw_only=True):
    """A figure over time, with its total. Page: Admin_Measure."""

    key: str = ""
    unit: str | None = None
    total: str = "0"
    human_value: str | UnsetType = UNSET
    previous_total: str | UnsetType = UNSET
    data: list[AdminMeasureData] = []
