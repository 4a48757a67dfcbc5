namespace Hpc.HttpApi;

/// <summary>Origins that browsers may ask from.</summary>
public sealed record HttpApiCors
{
    /// <summary>Origins (<c>https://files.example.org</c>), or <c>*</c> alone for all.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Methods; empty is all.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Request headers; empty is all.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Answer headers that scripts may read.</summary>
    public IReadOnlyList<string> ExposedHeaders { get; init; } = [];

    /// <summary>Scripts may send credentials; not together with <c>*</c>.</summary>
    public bool AllowCredentials { get; init; }

    /// <summary>How long browsers remember the answer.</summary>
    public TimeSpan MaxAge { get; init; }
}
