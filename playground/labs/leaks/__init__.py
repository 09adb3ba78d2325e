"""The mistakes that make a forecast look better than it is, made on purpose."""
