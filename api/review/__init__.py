"""Review of what the bot said, and what is made of it.

Answers of the bot are put up for review (``rounds``), a person says whether they were right
(``reviews``) and makes proposals of them (``proposals``). Questions that found no answer are
grouped (``unanswered``).
"""
