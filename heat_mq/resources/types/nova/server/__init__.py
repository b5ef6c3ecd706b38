"""OS::Nova::Server: a virtual machine run by Nova."""
