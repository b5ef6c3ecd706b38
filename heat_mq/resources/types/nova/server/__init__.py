"""OS::Nova::Server: a virtual machine run by Nova.

What an update makes another server of goes to that one with what only one of both can have, and comes back when the
update fails: ports and addresses that the template gives, and volumes that it names by id in both versions. A volume
is detached. Where Nova detaches none (the one that the server runs from, any of a server in ERROR) the old server is
deleted first, and made anew of the same volumes, ports and addresses, with another id, if the update fails. Resources
that refer to it by its id, such as an attachment, cannot go back to it then: the rollback fails, and the next update
that succeeds mends it.

A port that somebody else made and the template names by its id is never deleted. One that the server made before the
template named it is deleted with the server at the latest, unless another server has it. Ports that Nova makes
(``allocate_network``, or no ``networks`` at all) go with the server whatever names them.
"""
