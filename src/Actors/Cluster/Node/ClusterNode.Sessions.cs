namespace Hpc.Actors.Cluster.Node;

// Places of sessions.
public sealed partial class ClusterNode
{
    // A call that fails is tried once more; an epoch that is over is waited for once.
    private const int MaxTries = 3;

    /// <summary>
    /// Takes a place for a session: <see cref="PlaceReply.Taken"/>, or which limit is reached. <see cref="PlaceReply.Fenced"/> if the engine is away and the policy refuses, or the
    /// node lease lasts; <see cref="PlaceReply.Learning"/> if it is back and does not know yet who has which.
    /// One that has its place is given back by <see cref="CloseSession"/>.
    /// </summary>
    public async ValueTask<PlaceReply> OpenSessionAsync(HeldPlace place, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (place is { MaxOfUser: 0, MaxOfHost: 0, MaxTotal: 0 })
        {
            _sessions.AddFree(place);
            return PlaceReply.Taken;
        }

        _sessions.Add(place);
        try
        {
            (PlaceReply reply, bool isCertain) = await AskAsync(place, ct).ConfigureAwait(false);
            if (reply == PlaceReply.Fenced && await IsAwayAsync(ct).ConfigureAwait(false))
            {
                reply = OpenAway(place);
            }

            if (reply != PlaceReply.Taken)
            {
                GiveUp(place.Session.Id, isCertain);
            }

            return reply;
        }
        catch
        {
            _sessions.Close(place.Session.Id);
            throw;
        }
    }

    /// <summary>The session is over.</summary>
    public void CloseSession(string sessionId)
    {
        ArgumentNullException.ThrowIfNull(sessionId);
        _sessions.Close(sessionId);
    }

    // A request that was not answered may be on its way still, and take the place: the engine is told that the session is over.
    private void GiveUp(string id, bool isCertain)
    {
        if (isCertain)
        {
            _sessions.Forget(id);
        }
        else
        {
            _sessions.Close(id);
        }
    }

    // Fenced if there was no answer.
    private async ValueTask<(PlaceReply Reply, bool IsCertain)> AskAsync(HeldPlace place, CancellationToken ct)
    {
        bool isCertain = true;
        for (int tries = 0; tries < MaxTries; tries++)
        {
            Task changed = Volatile.Read(ref _epochChanged).Task;
            NodeEpoch? current = _sessions.Epoch;
            if (current is null && Volatile.Read(ref _isFailing))
            {
                break;
            }

            try
            {
                if (current is not { } epoch)
                {
                    await changed.WaitAsync(_options.CallTimeout, _time, ct).ConfigureAwait(false);
                    continue;
                }

                var request = new PlaceRequest { Node = epoch, Place = place, Closed = _sessions.PeekClosed() };
                PlaceReply reply = await CallAsync((engine, timeout) => engine.OpenSessionAsync(request, timeout), ct).ConfigureAwait(false);
                switch (reply)
                {
                    case PlaceReply.Taken when _sessions.Confirm(place.Session.Id, epoch): _sessions.ForgetClosed(request.Closed); return (reply, true);
                    case PlaceReply.Taken: isCertain = false; continue;
                    case PlaceReply.Fenced: Nudge(); break;
                    default: _sessions.ForgetClosed(request.Closed); return (reply, isCertain);
                }

                await changed.WaitAsync(_options.CallTimeout, _time, ct).ConfigureAwait(false);
            }
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                isCertain = false;
                ClusterLog.PlaceFailed(_logger, error.Message);
            }
        }

        return (PlaceReply.Fenced, isCertain);
    }

    // That no place was to be had says nothing of the engine, which more logins ask than it can answer: while it answers ticks, others count on the limit, and nobody decides alone.
    private async ValueTask<bool> IsAwayAsync(CancellationToken ct)
    {
        if (_options.SessionsAway == SessionsAway.Refuse || Volatile.Read(ref _isFailing))
        {
            return true;
        }

        Task called = Volatile.Read(ref _called).Task;
        Nudge();
        try
        {
            await called.WaitAsync(_options.CallTimeout * 2, _time, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nothing was heard of it.
        }

        return Volatile.Read(ref _isFailing);
    }

    // Until the node lease is over the engine may be away for this node alone, and the others count on the whole limit.
    // A node that has never joined does not know how many there are: it has one of each limit.
    private PlaceReply OpenAway(HeldPlace place) => _options.SessionsAway == SessionsAway.Refuse || Now() < Volatile.Read(ref _view).NodeUntil
        ? PlaceReply.Fenced
        : _sessions.TryOpenAway(place, Volatile.Read(ref Protocol.Tally.Joins) == 0 ? int.MaxValue : Nodes);
}
