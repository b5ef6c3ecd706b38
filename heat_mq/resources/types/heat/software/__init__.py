"""Software: configs, and their deployment to servers."""
