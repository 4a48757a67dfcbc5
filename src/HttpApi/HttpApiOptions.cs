namespace Hpc.HttpApi;

/// <summary>How the REST API is served.</summary>
public sealed record HttpApiOptions
{
    /// <summary>Where it listens; none serves whoever comes through <see cref="HttpApiServer.ProcessAsOperatorAsync"/> alone.</summary>
    public IReadOnlyList<HttpApiListener> Listeners { get; init; } = [];

    /// <summary>What bounds requests.</summary>
    public HttpApiLimits Limits { get; init; } = new();

    /// <summary>Tokens.</summary>
    public TokenOptions Tokens { get; init; } = new();

    /// <summary>Other origins that browsers may ask from; null for none.</summary>
    public HttpApiCors? Cors { get; init; }

    /// <summary>Serves the OpenAPI document and its viewer at <c>/openapi</c>.</summary>
    public bool RenderOpenApi { get; init; } = true;

    /// <summary>Host names that requests may be for; empty is all. Others are answered 403.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Seconds of <c>Strict-Transport-Security</c> over TLS; 0 sends none.</summary>
    public int StrictTransportSeconds { get; init; }

    /// <summary>Directory that dumps are written to and read from; empty: none are.</summary>
    public string BackupsPath { get; init; } = "";

    /// <summary>What <c>/version</c> tells.</summary>
    public string Version { get; init; } = "";

    /// <summary>The code that the first administrator is set up with; empty switches that off.</summary>
    public string InstallationCode { get; init; } = "";

    /// <summary>Most bytes of one uploaded file; 0 is no limit.</summary>
    public long MaxUploadFileBytes { get; init; }
}
