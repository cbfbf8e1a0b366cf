"""The names of the forms, as the dialogue server's domain has them."""

CALCULATOR_FORM = "calculator_form"
INTAKE_FORM = "intake_form"
