"""How to open every page of the application, for the checks in `test_every_page`."""
