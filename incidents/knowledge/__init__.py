"""What the desk has learnt: articles, ready answers, and how they are found (docs/knowledge.md)."""
