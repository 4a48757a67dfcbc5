using System.Net;

namespace Hpc.Accounts.Authentication;

/// <summary>Is told how logins ended, by every protocol.</summary>
public interface ILoginObserver
{
    /// <summary>A login ended. Returns at once and never throws.</summary>
    /// <param name="remote">The peer.</param>
    /// <param name="protocol">Protocol name as in spec row R0.4 (<c>SSH</c>, <c>FTP</c>, <c>DAV</c>, <c>HTTP</c>).</param>
    /// <param name="what">How.</param>
    void OnLogin(IPAddress remote, string protocol, LoginEvent what);
}

/// <summary>How a login ended.</summary>
public enum LoginEvent
{
    /// <summary>Somebody was let in.</summary>
    Accepted,

    /// <summary>There is no such account.</summary>
    UserNotFound,

    /// <summary>The credential is wrong, or the account may not log in so.</summary>
    Failed,
}
