namespace Hpc.Transport.Listening;

/// <summary>What the gate says to a new connection.</summary>
public enum GateDecision
{
    /// <summary>It may come in.</summary>
    Admitted,

    /// <summary>The server drains.</summary>
    Draining,

    /// <summary>The buffer budget is used up.</summary>
    MemoryExhausted,

    /// <summary>Too many connections in all.</summary>
    TotalLimit,

    /// <summary>Too many connections from this host.</summary>
    HostLimit,

    /// <summary>Too many connections from this host that have not logged in.</summary>
    HostBeforeLoginLimit,

    /// <summary>Too many connections that have not logged in.</summary>
    BeforeLoginLimit,

    /// <summary>Dropped at random, because many connections have not logged in.</summary>
    RandomDrop,

    /// <summary>Few file descriptors are left.</summary>
    DescriptorsExhausted,

    /// <summary>The socket failed between accept and admission.</summary>
    SocketFailed,

    /// <summary>The allow list does not hold the client.</summary>
    NotAllowed,

    /// <summary>The client is banned.</summary>
    Banned,

    /// <summary>The client, or everybody, has connected too often.</summary>
    RateLimited,

    /// <summary>The screen failed to judge.</summary>
    ScreenFailed,

    /// <summary>The listener takes connections of trusted proxies alone, and this peer is none.</summary>
    ProxyUntrusted,

    /// <summary>A trusted proxy sent no PROXY protocol header, and the listener requires one.</summary>
    ProxyHeaderMissing,

    /// <summary>A trusted proxy sent a PROXY protocol header that cannot be taken.</summary>
    ProxyHeaderMalformed,

    /// <summary>Too many connections of trusted proxies whose header has not come.</summary>
    ProxyHeaderLimit,
}
