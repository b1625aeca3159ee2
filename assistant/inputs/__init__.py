"""From the quantities of a question to the inputs of a calculation: what each input takes, which number is which, what is asked back."""
