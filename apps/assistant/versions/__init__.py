"""The life of an agent's instructions: delivered, drafted, checked, compared, published, rolled back."""
