namespace Hpc.Storage.Vfs.Policy;

/// <summary>What the patterns say of a path.</summary>
internal enum NameVerdict : byte
{
    /// <summary>It may be used.</summary>
    Allowed,

    /// <summary>It is seen, and nothing can be done to it (deny policy 0).</summary>
    Denied,

    /// <summary>It does not exist for the user, nor does anything below it (deny policy 1); names of the server's temporaries too.</summary>
    Hidden,
}
