using Hpc.Accounts.Sessions;

namespace Hpc.Server.Hosting;

/// <summary>
/// Opens sessions by the account as it is when they are open: a login reads it before, and a change that was put in force in between has found no session.
/// </summary>
internal sealed class CurrentSessions(ISessionGate gate, AccountChanges accounts) : ISessionGate
{
    public async ValueTask<SessionGrant?> OpenAsync(SessionRequest request, CancellationToken ct)
    {
        SessionGrant? grant = await gate.OpenAsync(request, ct).ConfigureAwait(false);
        if (grant is null)
        {
            return null;
        }

        try
        {
            await accounts.VerifyAsync(grant.SessionId, request).ConfigureAwait(false);
        }
        catch
        {
            request.Refused?.Invoke(SessionObstacle.ServerUnavailable);
            grant.Close(SessionEndReason.ServerFault);
            throw;
        }

        if (!grant.Ended.IsCancellationRequested)
        {
            return grant;
        }

        request.Refused?.Invoke(grant.EndReason == SessionEndReason.AccountChanged ? SessionObstacle.AccountChanged : SessionObstacle.ServerUnavailable);
        grant.Close(grant.EndReason);
        return null;
    }
}
