using System.Net;
using Hpc.HttpApi.Principals;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Hosting;

/// <summary>What is known of a request besides its content: one for each, from the first step to the log line.</summary>
internal sealed class RequestFacts
{
    /// <summary>The client's address.</summary>
    public required IPAddress Remote { get; init; }

    /// <summary>The client reached us, or the trusted proxy in front of us, by TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>The request is for the headers alone.</summary>
    public bool IsHead { get; init; }

    /// <summary>The method as the client sent it.</summary>
    public required string Method { get; init; }

    /// <summary>It came through the operator's own door, whose keeper has judged it.</summary>
    public bool IsOperator { get; init; }

    /// <summary>It was refused for its address: such requests have no line of their own.</summary>
    public bool IsBarred { get; set; }

    /// <summary>Who asks, as soon as that is known.</summary>
    public ApiPrincipal Principal { get; set; } = ApiPrincipal.Anonymous;

    public static RequestFacts Of(HttpContext context) =>
        context.Features.Get<RequestFacts>() ?? throw new InvalidOperationException("The request did not come through the pipeline.");
}
