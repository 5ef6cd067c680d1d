"""What an agent's file holds, and what it does not say."""
