"""Knowledge base of union services: articles, a hybrid index and search over it.

A plain library: it knows neither Rasa nor HTTP nor the gateway's database.
"""
