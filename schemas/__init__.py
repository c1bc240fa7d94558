"""What an element must look like: reference pages with tables, the JSON Schemas made from them, and the check."""
