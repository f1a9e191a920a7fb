"""Recipes that make a model smaller or find one, and refuse a result that lost too much."""
