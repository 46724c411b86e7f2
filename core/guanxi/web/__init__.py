"""The workplace in the browser: layout, home, apps, settings, users, audit, health."""
