"""When personal data may have leaked: the clock of the report to 個人情報保護委員会 and its draft. The firm reports."""
