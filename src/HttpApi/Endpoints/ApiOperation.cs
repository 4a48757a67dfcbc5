namespace Hpc.HttpApi.Endpoints;

/// <summary>
/// One operation of the REST API: what routing, access checks, limits, the log and the OpenAPI document need to know of it.
/// </summary>
/// <param name="Id">Unique name (<c>operationId</c>), lower case with underscores.</param>
/// <param name="Tag">The section that it is in.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Access">Who it is for.</param>
internal sealed record ApiOperation(string Id, string Tag, string Summary, ApiAccess Access)
{
    /// <summary>Every media type.</summary>
    public const string AnyType = "*/*";

    /// <summary>Parameters; those in the path are found in the path, and described here if there is more to say.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>The JSON body; null for none.</summary>
    public Type? Body { get; init; }

    /// <summary>It may be left out.</summary>
    public bool IsBodyOptional { get; init; }

    /// <summary>Media type of the body.</summary>
    public string BodyType { get; init; } = "application/json";

    /// <summary>How the body is handled, and what it may weigh.</summary>
    public ApiBody BodyKind { get; init; } = ApiBody.Json;

    /// <summary>Status of success.</summary>
    public int Success { get; init; } = 200;

    /// <summary>What is answered then; null is <see cref="Models.ApiResponse"/>.</summary>
    public Type? Answer { get; init; }

    /// <summary>Media type of that answer.</summary>
    public string AnswerType { get; init; } = "application/json";

    /// <summary>Further statuses that are documented, besides those that every operation has.</summary>
    public IReadOnlyList<int> Statuses { get; init; } = [];

    /// <summary>Guesses of secrets are possible here: fewer requests are allowed (<see cref="HttpApiLimits.LoginsPerPeriod"/>).</summary>
    public bool IsLogin { get; init; }

    /// <summary>It may take as long as files take.</summary>
    public bool IsTransfer { get; init; }

    /// <summary>The path opens something by itself: the log shows its route alone.</summary>
    public bool HasSecretPath { get; init; }
}

/// <summary>How a request's body is handled.</summary>
internal enum ApiBody
{
    /// <summary>Read as a whole, up to <see cref="HttpApiLimits.JsonBytes"/>.</summary>
    Json,

    /// <summary>Read as a whole, up to <see cref="HttpApiLimits.DumpBytes"/>.</summary>
    Dump,

    /// <summary>A stream without a limit of its own.</summary>
    File,
}
