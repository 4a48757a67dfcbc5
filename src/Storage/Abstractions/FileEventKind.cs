namespace Hpc.Storage;

/// <summary>What was done to files, as logs, metrics and rules speak of it.</summary>
public enum FileEventKind : byte
{
    /// <summary>A file was read; the size is what was sent to the peer.</summary>
    Download,

    /// <summary>A file was written; the size is what was taken from the peer.</summary>
    Upload,

    /// <summary>A directory was listed.</summary>
    List,

    /// <summary>Attributes, a link target or the room were asked for.</summary>
    Stat,

    /// <summary>A file or link was deleted; the size is what it had.</summary>
    Delete,

    /// <summary>A directory was deleted.</summary>
    RemoveDirectory,

    /// <summary>A file, link or directory was renamed.</summary>
    Rename,

    /// <summary>A directory was created.</summary>
    CreateDirectory,

    /// <summary>A symbolic link was created.</summary>
    CreateSymbolicLink,

    /// <summary>A hard link was created.</summary>
    CreateHardLink,

    /// <summary>A file was copied on the server.</summary>
    Copy,

    /// <summary>Permission bits were changed.</summary>
    ChangeMode,

    /// <summary>Owner or group was changed.</summary>
    ChangeOwner,

    /// <summary>Times were changed.</summary>
    ChangeTimes,

    /// <summary>A file was cut or extended; the size is the new one.</summary>
    Truncate,

    /// <summary>The server read a file to answer for its content, as with a hash; nothing of it was sent.</summary>
    Hash,
}
