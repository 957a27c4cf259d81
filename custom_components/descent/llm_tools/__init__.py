"""The tools behind llm.py: what an assistant with a language model may read and do."""
