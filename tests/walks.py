"""How a state machine is walked: in the suite always the same walks, in a drill others for each number."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


def walk_machine(
    machine: type[RuleBasedStateMachine], *, examples: int, steps: int, number: int | None
) -> None:
    """So many walks of up to so many acts; a number makes others of them."""
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # A walk that fails is short already, and making it shorter costs minutes.
        phases=[Phase.generate],
        database=None,
        derandomize=number is None,
        print_blob=False,
    )
    run_state_machine_as_test(machine if number is None else seed(number)(machine), settings=how)
