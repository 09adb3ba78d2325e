"""Which class a sequence belongs to."""
