namespace Hpc.Transport.Listening;

/// <summary>A place that the gate gave to one connection, given back exactly once.</summary>
public sealed class ConnectionTicket
{
    private const int BeforeLogin = 0;
    private const int LoggedIn = 1;
    private const int Left = 2;

    private readonly ConnectionGate _gate;
    private int _state;

    internal ConnectionTicket(ConnectionGate gate, HostKey host)
    {
        _gate = gate;
        Host = host;
    }

    internal HostKey Host { get; }

    /// <summary>True until login, or the end.</summary>
    public bool IsBeforeLogin => Volatile.Read(ref _state) == BeforeLogin;

    /// <summary>Leaves the limits for connections before login. Does nothing the second time, or after <see cref="Leave"/>.</summary>
    public void OnLoggedIn()
    {
        if (Interlocked.CompareExchange(ref _state, LoggedIn, BeforeLogin) == BeforeLogin)
        {
            _gate.OnLoggedIn(Host);
        }
    }

    /// <summary>Gives the place back. Does nothing the second time.</summary>
    public void Leave()
    {
        int state = Interlocked.Exchange(ref _state, Left);
        if (state != Left)
        {
            _gate.OnLeft(Host, state == BeforeLogin);
        }
    }
}
