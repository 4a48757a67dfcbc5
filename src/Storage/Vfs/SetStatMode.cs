namespace Hpc.Storage.Vfs;

/// <summary>What becomes of requests to change modes, owners and times (<c>setstat_mode</c>, R7.26). Permissions are asked first, whatever the mode; sizes are always applied.</summary>
public enum SetStatMode
{
    /// <summary>Apply what is asked.</summary>
    Apply = 0,

    /// <summary>Answer success and change nothing.</summary>
    Ignore = 1,

    /// <summary>Apply what is asked; answer success where the storage cannot do it at all.</summary>
    IgnoreUnsupported = 2,
}
