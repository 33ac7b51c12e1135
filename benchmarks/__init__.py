"""Measure the quality and the speed of the matcher; never run by the tests."""
