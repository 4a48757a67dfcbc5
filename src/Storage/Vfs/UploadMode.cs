namespace Hpc.Storage.Vfs;

/// <summary>Where an upload of a whole file is written until it is closed (<c>upload_mode</c>, spec row R7.24).</summary>
public enum UploadMode
{
    /// <summary>Into the file itself; what was written before a failure stays.</summary>
    Standard = 0,

    /// <summary>Into a hidden temporary beside it, which takes its name when it is closed; after a failure nothing appears and an old file stays.</summary>
    Atomic = 1,

    /// <summary>Like <see cref="Atomic"/>, but after a lost connection what was written takes the name, so that the client can resume.</summary>
    AtomicWithResume = 2,
}
