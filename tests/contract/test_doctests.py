"""Every example in a docstring gives what it says."""

import doctest
from importlib import import_module

import pytest
from tree import module_name, modules

WITH_EXAMPLES = [module_name(path) for path in modules() if ">>>" in path.read_text("utf-8")]


def test_there_are_examples():
    assert {"registry.check", "registry.domain.group", "registry.schemas.generate"} <= set(WITH_EXAMPLES)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_of_the_module_hold(name: str):
    ended = doctest.testmod(import_module(name))
    assert ended.attempted > 0
    assert ended.failed == 0
