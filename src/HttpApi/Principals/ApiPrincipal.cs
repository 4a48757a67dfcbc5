using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Principals;

/// <summary>Who asks, verified: made after every check has passed, never before (case 75).</summary>
internal sealed record ApiPrincipal
{
    // The first field, as statics begin in order: without a user in it, a context is the operator's.
    private static readonly UserAccount Nobody = new() { UserName = "/", HomeDirectory = "/", IsEnabled = false };

    private ApiPrincipal(ApiPrincipalKind kind, string name, ChangeContext context)
    {
        Kind = kind;
        Name = name;
        Context = context;
    }

    public static ApiPrincipal Anonymous { get; } = new(ApiPrincipalKind.Anonymous, "", new ChangeContext { ActorName = "", User = Nobody });

    public static ApiPrincipal Operator { get; } = new(ApiPrincipalKind.Operator, "", ChangeContext.Operator);

    public ApiPrincipalKind Kind { get; }

    public string Name { get; }

    /// <summary>On whose behalf services are asked.</summary>
    public ChangeContext Context { get; }

    /// <summary>As it is stored now; null unless an administrator asks.</summary>
    public Admin? Admin => Context.Admin;

    /// <summary>As it is now, with its groups; null unless a user asks.</summary>
    public UserAccount? User => Kind == ApiPrincipalKind.User ? Context.User : null;

    /// <summary>The token that was shown; null if it was something else.</summary>
    public string? Token { get; private init; }

    /// <summary>Id of the API key that was shown; null if it was something else.</summary>
    public string? ApiKeyId { get; private init; }

    /// <summary>Nothing but setting up a password or a second factor is allowed.</summary>
    public bool IsLimited { get; private init; }

    public static ApiPrincipal OfAdmin(Admin admin, IPAddress remote, string? token, string? apiKeyId, bool isLimited) =>
        new(ApiPrincipalKind.Admin, admin.Username, new ChangeContext { ActorName = admin.Username, Admin = admin, Remote = remote })
        {
            Token = token,
            ApiKeyId = apiKeyId,
            IsLimited = isLimited,
        };

    public static ApiPrincipal OfUser(UserAccount user, IPAddress remote, string? token, string? apiKeyId, bool isLimited) =>
        new(ApiPrincipalKind.User, user.UserName, new ChangeContext { ActorName = user.UserName, User = user, Remote = remote })
        {
            Token = token,
            ApiKeyId = apiKeyId,
            IsLimited = isLimited,
        };

    public override string ToString() => Kind switch
    {
        ApiPrincipalKind.Admin => "admin " + Name,
        ApiPrincipalKind.User => "user " + Name,
        ApiPrincipalKind.Operator => "operator",
        _ => "",
    };
}
