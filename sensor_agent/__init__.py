"""The program on the Otasuke sensor box: protects with Suricata and clamd, ships what they find. Debian only."""

__version__ = "0.1.0"
