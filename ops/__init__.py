"""Machine set-up, private services, process supervision and the runners behind `make`."""
