namespace Hpc.Storage.Local;

/// <summary>How local storage keeps a path below its root.</summary>
public enum FileSystemConfinement
{
    /// <summary>The kernel checks while it resolves (<c>openat2</c>, Linux 5.6 or later).</summary>
    Kernel,

    /// <summary>Every segment is opened on its own without following links. Same guarantees, more system calls.</summary>
    Portable,
}
