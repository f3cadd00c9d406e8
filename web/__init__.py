"""The kit every page is made of: tags, formats, icons, charts, plain words. It knows no room of the domain."""
