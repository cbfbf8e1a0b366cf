"""Pages of the review: the queue, proposals and unanswered questions."""
