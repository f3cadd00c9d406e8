"""Mail to the desk's address becomes a contact (docs/desk-mail.md)."""
