namespace Hpc.Transport.Proxying;

/// <summary>What a listener expects of connections that come through a proxy.</summary>
public enum ProxyProtocolMode
{
    /// <summary>Nothing: a header is bytes like any other.</summary>
    Off,

    /// <summary>A trusted proxy may send a header. From anybody else none is looked for.</summary>
    Accept,

    /// <summary>A trusted proxy sends a header. Anybody else is refused.</summary>
    Require,
}
