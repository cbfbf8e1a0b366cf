"""Figures in workers' messages: money, lengths of time, dates, counts, grades and bare numbers.

Pure functions on text; nothing here knows Rasa or reads the clock.
"""
