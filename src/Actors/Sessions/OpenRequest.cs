using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;

namespace Hpc.Actors.Sessions;

/// <summary>A session that is being opened. <paramref name="GivenUp"/> is cancelled when nobody waits for it any more.</summary>
internal sealed record OpenRequest(SessionRequest Session, SessionPlace Place, Reply<OpenResult> Reply, CancellationToken GivenUp)
{
    public string UserName => Session.User.UserName;
}

/// <summary>A session, or why there is none.</summary>
internal readonly record struct OpenResult(Session? Session, SessionRefusal Refusal)
{
    public static implicit operator OpenResult(SessionRefusal refusal) => new(null, refusal);

    public static implicit operator OpenResult(Session session) => new(session, default);
}
