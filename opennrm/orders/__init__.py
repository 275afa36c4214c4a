"""Orders of a ministry, a court or a prosecutor that open data of cases to offices: entered by one, confirmed by another."""
