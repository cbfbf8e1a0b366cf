"""Several of each on one machine: two gateways, Rasa servers and action servers behind nginx."""
