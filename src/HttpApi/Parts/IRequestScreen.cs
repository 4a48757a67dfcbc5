using System.Net;

namespace Hpc.HttpApi.Parts;

/// <summary>Says from memory alone whether an address may send a request, before anything is spent on it: lists, bans, rates. Never waits and never throws.</summary>
public interface IRequestScreen
{
    /// <summary>Judges one request.</summary>
    RequestVerdict Judge(IPAddress remote);

    /// <summary>True if nobody from there is answered. Says nothing of rates and changes nothing.</summary>
    bool IsBarred(IPAddress remote);

    /// <summary>Told of an address that has as many connections as it may and opened another.</summary>
    void OnHostLimit(IPAddress remote)
    {
    }
}

/// <summary>What a screen says of a request.</summary>
/// <param name="Kind">Whether it is answered.</param>
/// <param name="Wait">How long it waits first, or after a refusal for its rate, when it is worth another try.</param>
public readonly record struct RequestVerdict(RequestVerdictKind Kind, TimeSpan Wait = default);

/// <summary>Kinds of <see cref="RequestVerdict"/>.</summary>
public enum RequestVerdictKind
{
    /// <summary>It is answered.</summary>
    Admitted,

    /// <summary>Nobody from there is answered (403).</summary>
    Barred,

    /// <summary>Too many come (429).</summary>
    RateLimited,
}
