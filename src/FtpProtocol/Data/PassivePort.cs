using System.Net.Sockets;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Data;

/// <summary>A port that was given to one session for one data connection, and is given back exactly once: by that session, or taken away where others need it and nobody came.</summary>
internal sealed class PassivePort : IDisposable
{
    private const int Waiting = 0;
    private const int Used = 1;
    private const int GivenBack = 2;

    private readonly DataPorts _ports;
    private readonly DataListener _listener;
    private int _state;

    /// <exception cref="SocketException">Nobody can listen there.</exception>
    public PassivePort(DataPorts ports, DataRoute route, int port, long since)
    {
        _ports = ports;
        _listener = DataListener.Bind(route, port);
        Route = route;
        Since = since;
    }

    public DataRoute Route { get; }

    public int Port => _listener.Port;

    public int Strangers => _listener.Strangers;

    /// <summary>When it was given, by the clock's own time stamp.</summary>
    public long Since { get; }

    /// <summary>Takes the client's connection; null if there were too many of others, or the port was taken away.</summary>
    public async ValueTask<PlainDataConnection?> AcceptAsync(bool allowsForeign, CancellationToken ct) =>
        Interlocked.CompareExchange(ref _state, Used, Waiting) == Waiting
            ? await _listener.AcceptAsync(allowsForeign, ct).ConfigureAwait(false)
            : null;

    /// <summary>Gives it back if its session does not wait for a connection on it at this moment.</summary>
    public bool TryTakeAway()
    {
        if (Interlocked.CompareExchange(ref _state, GivenBack, Waiting) != Waiting)
        {
            return false;
        }

        Close();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, GivenBack) != GivenBack)
        {
            Close();
        }
    }

    private void Close()
    {
        _listener.Dispose();
        _ports.TakeBack(this);
    }
}
