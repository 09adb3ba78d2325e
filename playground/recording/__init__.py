"""Programs that train what the first screens show: `make recordings`."""
