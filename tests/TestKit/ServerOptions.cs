namespace Hpc.TestKit;

/// <summary>How a server under test is started.</summary>
public sealed record ServerOptions
{
    /// <summary>The algorithms on offer.</summary>
    public AlgorithmProfile Algorithms { get; init; }

    /// <summary>How long running transfers may go on after SIGTERM.</summary>
    public TimeSpan GraceTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Text sent before login, or null.</summary>
    public string? Banner { get; init; }

    /// <summary>New session keys after this many bytes, or null for the server's default.</summary>
    public long? RekeyBytes { get; init; }

    /// <summary>Whether the REST API listens on a free port; its first administrator is made with <see cref="HpcServerProcess.SetupCode"/>.</summary>
    public bool Http { get; init; }

    /// <summary>Whether it is started with SIGHUP ignored, as by nohup.</summary>
    public bool IgnoresHangup { get; init; }

    /// <summary>Further arguments, as they are.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
