"""What `bench` measures: the work of a day beside its floor, in the same run."""
