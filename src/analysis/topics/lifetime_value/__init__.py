"""What each customer is worth from here on, and how sure we are."""
