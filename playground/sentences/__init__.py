"""What is said of facts, in whole sentences: the only room that another language would need."""
