"""What carries a message to a person: the mail server, a chat, a webhook, a telephone."""
