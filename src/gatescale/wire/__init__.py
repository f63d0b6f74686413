"""What controller and agents say to each other. Two programs of different age must agree here."""
