namespace Hpc.Transport.Tls;

/// <summary>How far a step of <see cref="TlsEngine"/> has come.</summary>
internal enum TlsStatus
{
    /// <summary>It is done, as far as it was asked for.</summary>
    Done,

    /// <summary>It took all input and needs more.</summary>
    NeedsInput,

    /// <summary>What it has put out must be sent before it goes on.</summary>
    NeedsRoom,

    /// <summary>The peer has sent close_notify.</summary>
    Closed,

    /// <summary><see cref="TlsEngine.Failure"/> says why; what it has put out is an alert.</summary>
    Failed,
}
