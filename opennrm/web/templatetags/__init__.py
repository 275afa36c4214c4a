"""Filters for the components: words for instants, cells beside their columns, errors beside their fields."""
