using System.Threading.Channels;

namespace Hpc.Actors.Limits;

/// <summary>Scopes that were never counted and wait for it, each once. What finds no room is offered again when the scope is settled the next time.</summary>
internal sealed class FirstScans
{
    private const int MaxScopes = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly Channel<string> _waiting = Channel.CreateUnbounded<string>();

    public ChannelReader<string> Waiting => _waiting.Reader;

    /// <summary>Puts a scope in line.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="hasFiles">True if its files are to be counted, false to look only whether it still exists.</param>
    public void Offer(string scope, bool hasFiles)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(scope, out bool hadFiles))
            {
                _known[scope] = hadFiles || hasFiles;
            }
            else if (_known.Count < MaxScopes)
            {
                _known.Add(scope, hasFiles);
                _waiting.Writer.TryWrite(scope);
            }
        }
    }

    public bool HasFiles(string scope)
    {
        lock (_gate)
        {
            return _known.GetValueOrDefault(scope);
        }
    }

    /// <summary>It is dealt with, and can be offered again.</summary>
    public void Forget(string scope)
    {
        lock (_gate)
        {
            _known.Remove(scope);
        }
    }
}
