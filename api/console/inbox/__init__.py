"""The desk itself: list, conversation and case beside each other."""
