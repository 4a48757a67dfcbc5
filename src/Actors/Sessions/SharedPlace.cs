using System.Net;

namespace Hpc.Actors.Sessions;

/// <summary>
/// One of the node's places, and with it the place that the session has beyond this node: they go back together. What is taken after that is given back at once,
/// so whoever has begun to take it need not be there any more when the answer comes.
/// </summary>
internal sealed class SharedPlace(SessionTable table, ISessionPlaces places, string sessionId) : SessionPlace(table)
{
    private static readonly PlaceQuestion Gone = new("", "", "", new IPEndPoint(IPAddress.None, 0), 0);

    // null, then what was taken, then Gone; or Gone at once. Written by who takes and by who returns.
    private PlaceQuestion? _taken;

    // Written by whoever ends the session before it begins.
    private int _isRevoked;

    /// <summary>The id that the session will have; nobody else on this node has it.</summary>
    public string SessionId { get; } = sessionId;

    public async ValueTask<PlaceAnswer> TakeAsync(PlaceQuestion question, CancellationToken ct)
    {
        PlaceAnswer answer = await places.TakeAsync(question, ct).ConfigureAwait(false);
        if (answer == PlaceAnswer.Taken && Interlocked.CompareExchange(ref _taken, question, null) is not null)
        {
            places.Release(question);
        }

        return answer;
    }

    /// <summary>The session is to end as soon as it begins.</summary>
    public void Revoke() => Interlocked.Exchange(ref _isRevoked, 1);

    /// <summary>The session is in the table. True if it has to end.</summary>
    public bool Begin()
    {
        Table.EndOpening(this);
        return Volatile.Read(ref _isRevoked) != 0;
    }

    protected override void OnReturned()
    {
        Table.EndOpening(this);
        if (Interlocked.Exchange(ref _taken, Gone) is { } taken)
        {
            places.Release(taken);
        }
    }
}
