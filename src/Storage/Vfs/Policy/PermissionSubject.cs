namespace Hpc.Storage.Vfs.Policy;

/// <summary>On which directory's entry a permission is needed.</summary>
internal enum PermissionSubject
{
    /// <summary>The directory that holds the path.</summary>
    Parent,

    /// <summary>The path itself, which is a directory.</summary>
    Itself,

    /// <summary>The directory that holds the source and the one that holds the target.</summary>
    BothParents,

    /// <summary>Of two paths, the directory that holds the source.</summary>
    SourceParent,

    /// <summary>Of two paths, the directory that holds the target.</summary>
    TargetParent,
}
