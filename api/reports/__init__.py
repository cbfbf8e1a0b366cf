"""Figures of the service, exports, early warning and the monthly report."""
