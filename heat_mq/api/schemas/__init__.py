"""What requests must look like: each file reads one body into a value, or says exactly what is wrong with it."""
