using System.Net;

namespace Hpc.Actors.Sessions;

/// <summary>A session that wants a place beyond this node.</summary>
/// <param name="SessionId">The id that it will have.</param>
/// <param name="UserName">Its user.</param>
/// <param name="Protocol">As in the session list.</param>
/// <param name="Remote">The client.</param>
/// <param name="MaxOfUser">Most sessions of the user; 0 is no limit.</param>
public sealed record PlaceQuestion(string SessionId, string UserName, string Protocol, IPEndPoint Remote, int MaxOfUser);
