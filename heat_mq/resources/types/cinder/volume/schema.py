"""What can be said of a volume and what can be asked of it."""

from __future__ import annotations

from heat_mq.resources.kit import IN_PLACE, Bool, Int, List, Lookup, Map, Schema, Str, Support


class VolumeProperties(Schema):
    availability_zone = Str("Availability zone of the volume.")
    size = Int(
        "Size in GiB. It can grow later, and not shrink. Needed for a volume that is made of nothing.",
        update=IN_PLACE,
        within=(1, None),
    )
    snapshot_id = Str("Snapshot to make the volume of.", constraint="cinder.snapshot")
    backup_id = Str("Backup to restore into the volume.", update=IN_PLACE, constraint="cinder.backup")
    name = Str("Name of the volume.", update=IN_PLACE)
    description = Str("Description of the volume.", update=IN_PLACE)
    volume_type = Str("Name or id of the volume type.", update=IN_PLACE, constraint="cinder.vtype")
    metadata = Map("Key-value pairs kept with the volume.", default={}, update=IN_PLACE)
    imageRef = Str(
        "Id of the image to make the volume of; image took over.",
        hidden=True,
        moved_to="image",
        support=Support("HIDDEN", "5.0.0", previous=Support("DEPRECATED", "2014.1")),
    )
    image = Str(
        "Name or id of the image to make the volume of.", constraint="glance.image", lookup=Lookup("image", "image")
    )
    source_volid = Str("Volume to copy.", constraint="cinder.volume")
    scheduler_hints = Map("Key-value pairs for the scheduler.", support=Support(version="2015.1"))
    read_only = Bool("Whether servers may only read the volume.", update=IN_PLACE, support=Support(version="5.0.0"))
    multiattach = Bool(
        "Whether several servers may have the volume; a volume type with the property multiattach took over.",
        default=False,
        hidden=True,
        support=Support("HIDDEN", "13.0.0", previous=Support(version="6.0.0")),
    )


class VolumeAttributes(Schema):
    availability_zone = Str("Availability zone of the volume.")
    size = Str("Size in GiB.")
    snapshot_id = Str("The snapshot that the volume was made of, if any.")
    display_name = Str("Name of the volume.")
    display_description = Str("Description of the volume.")
    volume_type = Str("Name of the volume type, if any.")
    metadata = Str("Key-value pairs kept with the volume, as JSON text.")
    metadata_values = Map("Key-value pairs kept with the volume.")
    source_volid = Str("The volume that this one was copied from, if any.")
    status = Str("Status of the volume.", cached=False)
    created_at = Str("When the volume was created.")
    bootable = Str("Whether a server can boot from the volume.")
    encrypted = Str("Whether the volume is encrypted.")
    attachments = Str(
        "The volume's attachments, as text.",
        cached=False,
        support=Support("DEPRECATED", "9.0.0", previous=Support(version="2015.1")),
    )
    attachments_list = List("The volume's attachments.", cached=False, support=Support(version="9.0.0"))
    multiattach = Bool("Whether several servers may have the volume.", support=Support(version="6.0.0"))
