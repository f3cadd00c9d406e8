"""Shapes of the icons, drawn for this product on a 24 × 24 grid.

Values are the inner markup of an `<svg viewBox="0 0 24 24">` whose stroke is the text colour, 2 wide and round.
"""

SHAPES: dict[str, str] = {
    "alert": '<path d="M12 3 2.500 20h19z"/><path d="M12 9.500v5"/><path d="M12 17.400v.1"/>',
    "arrow-right": '<path d="M5 12h14"/><path d="m13 6 6 6-6 6"/>',
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15z"/><path d="M10 21h4"/>',
    "box": '<rect x="3" y="9" width="18" height="9" rx="2"/><path d="M7 13.500h.1M11 13.500h.1"/><path d="M15 13.500h3"/>'
    '<path d="M8 9V5M16 9V5"/>',
    "building": '<path d="M5 21V4h10v17"/><path d="M15 10h4v11"/><path d="M3 21h18"/>'
    '<path d="M8.500 8h3M8.500 12h3M8.500 16h3"/>',
    "calendar": '<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>',
    "check": '<path d="m5 12.500 4.500 4.500L19 7"/>',
    "chevron-down": '<path d="m6 9 6 6 6-6"/>',
    "chevron-left": '<path d="m15 6-6 6 6 6"/>',
    "chevron-right": '<path d="m9 6 6 6-6 6"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.500l3.500 2"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "document": '<path d="M6 3h8l4 4v14H6z"/><path d="M14 3v4h4"/><path d="M9 12h6M9 16h6"/>',
    "download": '<path d="M12 4v11"/><path d="m7.500 11 4.500 4.500 4.500-4.500"/><path d="M4 20h16"/>',
    "empty": '<path d="M3 13 6 5h12l3 8v6H3z"/><path d="M3 13h5l1.500 3h5L16 13h5"/>',
    "flag": '<path d="M6 21V4"/><path d="M6 4h12l-3 4.500 3 4.500H6"/>',
    "globe": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18"/><ellipse cx="12" cy="12" rx="4" ry="9"/>',
    "help": '<circle cx="12" cy="12" r="9"/><path d="M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.700"/>'
    '<path d="M12 17v.1"/>',
    "home": '<path d="m3 11.500 9-8 9 8"/><path d="M6 9.500V20h12V9.500"/><path d="M10 20v-6h4v6"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6"/><path d="M12 7.500v.1"/>',
    "keyboard": '<rect x="2.500" y="6" width="19" height="12" rx="2"/>'
    '<path d="M6.500 10h.1M10.200 10h.1M13.800 10h.1M17.500 10h.1M8 14h8"/>',
    "list": '<path d="M9 6h11M9 12h11M9 18h11"/><path d="M4.500 6h.1M4.500 12h.1M4.500 18h.1"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.500 7 8.500 6.500L20.500 7"/>',
    "minus": '<path d="M6 12h12"/>',
    "money": '<circle cx="12" cy="12" r="9"/><path d="m8.500 7 3.500 5 3.500-5M12 12v5.500M9 13h6M9 15.500h6"/>',
    "people": '<circle cx="9" cy="8" r="3.500"/><path d="M2.500 20a6.500 6.500 0 0 1 13 0"/><path d="M16 5a3.500 3.500 0 0 1 0 6.500"/>'
    '<path d="M18 14.500A6.500 6.500 0 0 1 21.500 20"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.500 21a7.500 7.500 0 0 1 15 0"/>',
    "phone": '<path d="M6 3h3.500l1.500 5-2.200 1.600a12 12 0 0 0 5.600 5.600L16 13l5 1.500V18a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z"/>',
    "print": '<path d="M7 9V3h10v6"/><rect x="3" y="9" width="18" height="8" rx="2"/><path d="M7 14h10v7H7z"/>',
    "progress": '<path d="M12 3a9 9 0 1 0 9 9"/><path d="M12 8v4l3 2"/>',
    "search": '<circle cx="10.500" cy="10.500" r="6.500"/><path d="m15.500 15.500 5 5"/>',
    "settings": '<circle cx="12" cy="12" r="3"/>'
    '<path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100"/>',
    "shield": '<path d="M12 3 4.500 6v5.500c0 4.500 3 7.800 7.500 9.500 4.500-1.700 7.500-5 7.500-9.500V6z"/><path d="m8.500 12 2.500 2.500 4.500-5"/>',
    "siren": '<path d="M6 18v-5a6 6 0 0 1 12 0v5"/><path d="M4 21v-3h16v3z"/><path d="M12 2v2M4 5l1.500 1.500M20 5l-1.500 1.500"/>',
    "stop": '<path d="M8.200 3h7.600L21 8.200v7.600L15.800 21H8.200L3 15.800V8.200z"/><path d="M12 7.500v5.500"/><path d="M12 16.400v.1"/>',
    "tool": '<path d="M14.500 6.500a4 4 0 0 1 5-1L17 8l1 2 2.500-.5a4 4 0 0 1-5.500 4L8.500 20 5 16.500l6.500-6.500a4 4 0 0 1 3-3.500z"/>',
}
