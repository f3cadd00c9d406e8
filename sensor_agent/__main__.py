"""`python3 -m sensor_agent`: the agent's command line."""

from sensor_agent.cli import main

raise SystemExit(main())
