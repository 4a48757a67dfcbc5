using System.Net;

namespace Hpc.Transport.Listening;

/// <summary>
/// Says from memory alone whether an address may connect at all, before anything is spent on it: lists, bans, rates. Called on accepting threads; never blocks and never throws.
/// </summary>
public interface IConnectionScreen
{
    /// <summary>Judges one connection of a client.</summary>
    /// <param name="client">The client's own address, behind a trusted proxy too; IPv4 is never in IPv6's form.</param>
    /// <param name="protocol">Name of the listener's protocol (<c>SSH</c>, <c>FTP</c>).</param>
    ScreenVerdict Judge(IPAddress client, string protocol);

    /// <summary>True if a client may not connect: it is banned, or the lists say so. Says nothing of rates and changes nothing.</summary>
    /// <param name="client">As for <see cref="Judge"/>.</param>
    /// <param name="protocol">As for <see cref="Judge"/>.</param>
    bool IsBarred(IPAddress client, string protocol);

    /// <summary>Told of a client that the gate refused because its host has too many connections.</summary>
    void OnHostLimit(IPAddress client, string protocol);

    /// <summary>Told of a connection that ended without having tried to log in.</summary>
    void OnNoLoginTried(IPAddress client, string protocol);
}

/// <summary>What a screen says.</summary>
/// <param name="Kind">Whether the client may connect.</param>
/// <param name="Delay">How long the connection waits before anything is read from it or sent to it; at most 10 s.</param>
public readonly record struct ScreenVerdict(ScreenVerdictKind Kind, TimeSpan Delay = default)
{
    /// <summary>The client may connect at once.</summary>
    public static ScreenVerdict Admitted => default;
}

/// <summary>Kinds of <see cref="ScreenVerdict"/>.</summary>
public enum ScreenVerdictKind
{
    /// <summary>The client may connect.</summary>
    Admitted,

    /// <summary>The allow list does not hold it.</summary>
    NotAllowed,

    /// <summary>It is banned, or on the block list.</summary>
    Banned,

    /// <summary>It, or everybody, has connected too often.</summary>
    RateLimited,
}
