using System.Threading.Channels;

namespace Hpc.Actors.Limits;

/// <summary>Scopes whose count is in doubt since a run of this node was ended while it changed their files: no more than are in use at once.</summary>
internal sealed class DoubtfulScopes
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _scopes = new(StringComparer.Ordinal);

    // One signal is enough, whatever is added until it is seen.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Add(string scope)
    {
        lock (_gate)
        {
            _scopes.Add(scope);
        }
    }

    public bool Contains(string scope)
    {
        lock (_gate)
        {
            return _scopes.Contains(scope);
        }
    }

    /// <summary>There is something to do.</summary>
    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Until there is something to do.</summary>
    public async ValueTask WaitAsync(CancellationToken ct) => await _signal.Reader.ReadAsync(ct).ConfigureAwait(false);

    /// <summary>Takes them out, in order: what comes into doubt again while it is counted is counted again.</summary>
    public string[] TakeAll()
    {
        lock (_gate)
        {
            string[] scopes = [.. _scopes.Order(StringComparer.Ordinal)];
            _scopes.Clear();
            return scopes;
        }
    }
}
