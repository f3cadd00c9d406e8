from sensor_agent.cli import main

raise SystemExit(main())
