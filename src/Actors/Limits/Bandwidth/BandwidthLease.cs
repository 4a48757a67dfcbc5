using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>The scopes that a session uses, until it is disposed.</summary>
public sealed class BandwidthLease : IDisposable
{
    private readonly BandwidthKeeper _keeper;
    private readonly List<BandwidthScope> _scopes;
    private int _isReleased;

    internal BandwidthLease(BandwidthKeeper keeper, List<BandwidthScope> scopes, FileBandwidth bandwidth)
    {
        _keeper = keeper;
        _scopes = scopes;
        Bandwidth = bandwidth;
    }

    /// <summary>For the session's files.</summary>
    public FileBandwidth Bandwidth { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            _keeper.Release(_scopes);
        }
    }
}
