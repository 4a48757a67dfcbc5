using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Sessions;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>
/// Places of sessions over all nodes. A session that has ended gives its place back to all within a tick before its time; who comes before that, as the next of a row of clients
/// behind a load balancer does, is asked about once more before it is refused.
/// </summary>
/// <param name="node">This node.</param>
/// <param name="maxOfHost">Most sessions of a host over all nodes; 0 is no limit.</param>
/// <param name="maxTotal">Most sessions of all nodes; 0 is no limit.</param>
/// <param name="time">The clock of the second question.</param>
public sealed class ClusterPlaces(ClusterNode node, int maxOfHost, int maxTotal, TimeProvider time) : ISessionPlaces
{
    /// <summary>Sessions that wait for their second question at once; beyond it they are refused by the first.</summary>
    public const int MaxWaiting = 64;

    /// <summary>Two of the shortest pauses between ticks: the other node has told the end of its session by then.</summary>
    public static readonly TimeSpan SecondQuestion = TimeSpan.FromMilliseconds(200);

    private int _waiting;

    /// <inheritdoc/>
    public async ValueTask<PlaceAnswer> TakeAsync(PlaceQuestion question, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(question);
        var session = new ClusterSession(question.SessionId, "", ClusterUser.KeyOf(question.UserName), question.Protocol, question.Remote, default);
        var place = new HeldPlace(session, question.MaxOfUser, maxOfHost, maxTotal);
        PlaceReply reply = await node.OpenSessionAsync(place, ct).ConfigureAwait(false);
        if (reply is PlaceReply.UserLimit or PlaceReply.HostLimit or PlaceReply.TotalLimit && await WaitAsync(ct).ConfigureAwait(false))
        {
            PlaceReply second = await node.OpenSessionAsync(place, ct).ConfigureAwait(false);
            reply = second == PlaceReply.Over ? reply : second;
        }

        return reply switch
        {
            PlaceReply.Taken => PlaceAnswer.Taken,
            PlaceReply.UserLimit => PlaceAnswer.UserLimit,
            PlaceReply.HostLimit => PlaceAnswer.HostLimit,
            PlaceReply.TotalLimit => PlaceAnswer.TotalLimit,
            _ => PlaceAnswer.Away,
        };
    }

    /// <inheritdoc/>
    public void Release(PlaceQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        node.CloseSession(question.SessionId);
        if (question.MaxOfUser > 0 || maxOfHost > 0 || maxTotal > 0)
        {
            node.Nudge();
        }
    }

    // False if too many wait already.
    private async ValueTask<bool> WaitAsync(CancellationToken ct)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
            {
                return false;
            }

            await Task.Delay(SecondQuestion, time, ct).ConfigureAwait(false);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
