"""Shapes of the icons, drawn for this product on a 24 × 24 grid.

Values are the inner markup of an `<svg viewBox="0 0 24 24">` whose stroke is the text colour, 2 wide and round.
"""

SHAPES: dict[str, str] = {
    "alert": '<path d="M12 3 2.5 20h19z"/><path d="M12 9.5v5"/><path d="M12 17.4v.1"/>',
    "arrow-right": '<path d="M5 12h14"/><path d="m13 6 6 6-6 6"/>',
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15z"/><path d="M10 21h4"/>',
    "box": (
        '<rect x="3" y="9" width="18" height="9" rx="2"/><path d="M7 13.5h.1M11 13.5h.1"/>'
        '<path d="M15 13.5h3"/><path d="M8 9V5M16 9V5"/>'
    ),
    "building": (
        '<path d="M5 21V4h10v17"/><path d="M15 10h4v11"/><path d="M3 21h18"/><path d="M8.5 8h3M8.5 12h3M8.5 16h3"/>'
    ),
    "calendar": '<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7"/>',
    "chevron-down": '<path d="m6 9 6 6 6-6"/>',
    "chevron-left": '<path d="m15 6-6 6 6 6"/>',
    "chevron-right": '<path d="m9 6 6 6-6 6"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "document": '<path d="M6 3h8l4 4v14H6z"/><path d="M14 3v4h4"/><path d="M9 12h6M9 16h6"/>',
    "download": '<path d="M12 4v11"/><path d="m7.5 11 4.5 4.5 4.5-4.5"/><path d="M4 20h16"/>',
    "empty": '<path d="M3 13 6 5h12l3 8v6H3z"/><path d="M3 13h5l1.5 3h5L16 13h5"/>',
    "flag": '<path d="M6 21V4"/><path d="M6 4h12l-3 4.5 3 4.5H6"/>',
    "globe": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18"/><ellipse cx="12" cy="12" rx="4" ry="9"/>',
    "help": (
        '<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7"/>'
        '<path d="M12 17v.1"/>'
    ),
    "home": '<path d="m3 11.5 9-8 9 8"/><path d="M6 9.5V20h12V9.5"/><path d="M10 20v-6h4v6"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6"/><path d="M12 7.5v.1"/>',
    "keyboard": (
        '<rect x="2.5" y="6" width="19" height="12" rx="2"/>'
        '<path d="M6.5 10h.1M10.2 10h.1M13.8 10h.1M17.5 10h.1M8 14h8"/>'
    ),
    "list": '<path d="M9 6h11M9 12h11M9 18h11"/><path d="M4.5 6h.1M4.5 12h.1M4.5 18h.1"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.5 7 8.5 6.5L20.5 7"/>',
    "minus": '<path d="M6 12h12"/>',
    "money": '<circle cx="12" cy="12" r="9"/><path d="m8.5 7 3.5 5 3.5-5M12 12v5.5M9 13h6M9 15.5h6"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0"/>'
        '<path d="M16 5a3.5 3.5 0 0 1 0 6.5"/><path d="M18 14.5A6.5 6.5 0 0 1 21.5 20"/>'
    ),
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 21a7.5 7.5 0 0 1 15 0"/>',
    "phone": (
        '<path d="M6 3h3.5l1.5 5-2.2 1.6a12 12 0 0 0 5.6 5.6L16 13l5 1.5V18a3 3 0 0 1-3 3A15 15 0'
        ' 0 1 3 6a3 3 0 0 1 3-3z"/>'
    ),
    "print": '<path d="M7 9V3h10v6"/><rect x="3" y="9" width="18" height="8" rx="2"/><path d="M7 14h10v7H7z"/>',
    "progress": '<path d="M12 3a9 9 0 1 0 9 9"/><path d="M12 8v4l3 2"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "settings": (
        '<circle cx="12" cy="12" r="3"/>'
        '<path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1'
        'M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1"/>'
    ),
    "shield": (
        '<path d="M12 3 4.5 6v5.5c0 4.5 3 7.8 7.5 9.5 4.5-1.7 7.5-5 7.5-9.5V6z"/><path d="m8.5 12 2.5 2.5 4.5-5"/>'
    ),
    "siren": (
        '<path d="M6 18v-5a6 6 0 0 1 12 0v5"/><path d="M4 21v-3h16v3z"/><path d="M12 2v2M4 5l1.5 1.5M20 5l-1.5 1.5"/>'
    ),
    "stop": ('<path d="M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2z"/><path d="M12 7.5v5.5"/><path d="M12 16.4v.1"/>'),
    "tool": (
        '<path d="M14.5 6.5a4 4 0 0 1 5-1L17 8l1 2 2.5-.5a4 4 0 0 1-5.5 4L8.5 20 5 16.5l6.5-6.5a4 4 0 0 1 3-3.5z"/>'
    ),
}
