"""What Streamlit draws: the only part that knows about pages, widgets and sessions."""
