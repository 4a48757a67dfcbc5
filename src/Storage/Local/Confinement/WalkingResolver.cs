namespace Hpc.Storage.Local.Confinement;

/// <summary>Walks segment by segment on descriptors that never follow a link; links are read and resolved below the root.</summary>
internal sealed class WalkingResolver(byte[] rootRealPath, bool followsLinks = true) : PathResolver
{
    /// <summary>False if every link that a walk would follow is <see cref="StorageError.LinkLoop"/>.</summary>
    public bool FollowsLinks => followsLinks;

    public override StorageError Open(int root, VirtualPath path, int flags, uint mode, out int descriptor)
    {
        using PathWalk walk = StartWalk(root, path);
        return walk.Open(flags, mode, out descriptor);
    }

    /// <summary>A walk whose steps can be asked afterwards.</summary>
    public PathWalk StartWalk(int root, VirtualPath path) => new(root, rootRealPath, path, followsLinks);

    /// <summary>The part of an absolute path of this machine below the root; false if it is not below it.</summary>
    public bool TryMakeVirtual(ReadOnlySpan<byte> absolute, out ReadOnlySpan<byte> below) =>
        PathWalk.TryStripRoot(absolute, rootRealPath, out below);
}
