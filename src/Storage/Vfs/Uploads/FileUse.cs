namespace Hpc.Storage.Vfs.Uploads;

/// <summary>What a file that is open for reading is used for, beside what is sent to the peer.</summary>
internal enum FileUse
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The server read it to answer for its content.</summary>
    Hash,

    /// <summary>It was copied to another open file, whose event tells of it.</summary>
    Copy,
}
