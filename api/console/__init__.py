"""The staff console: NiceGUI pages under ``/staff`` over the same functions as the REST layer."""
