"""What answers requests before Streamlit does, and the app made of it."""
