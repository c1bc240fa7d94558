"""What a person sees: the designer, drawn with Streamlit. Everything it does is done by `element`."""
