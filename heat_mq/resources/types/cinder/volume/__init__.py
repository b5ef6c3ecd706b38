"""OS::Cinder::Volume: a disk kept by Cinder."""
