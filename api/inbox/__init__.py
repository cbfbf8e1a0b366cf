"""The desk itself: lists, search, labels, canned replies, drafts, cards and fair distribution."""
