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
}
