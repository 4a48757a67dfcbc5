namespace Hpc.HttpApi.Endpoints;

/// <summary>Who an operation is for (R11.9). Part of every <see cref="ApiOperation"/>, so that none is open by mistake.</summary>
internal sealed record ApiAccess
{
    private ApiAccess()
    {
    }

    /// <summary>Everybody; the operation itself asks for what it needs.</summary>
    public static ApiAccess Anybody { get; } = new();

    /// <summary>Any administrator.</summary>
    public static ApiAccess AnyAdmin { get; } = new() { IsForAdmins = true };

    /// <summary>Any administrator about itself, with a token.</summary>
    public static ApiAccess Own { get; } = new() { IsForAdmins = true, NeedsToken = true };

    /// <summary>As <see cref="Own"/>, even before a required new password or second factor is set up.</summary>
    public static ApiAccess OwnLimited { get; } = Own with { AllowsLimited = true };

    /// <summary>A user, with a token or an API key.</summary>
    public static ApiAccess User { get; } = new() { IsForUsers = true };

    /// <summary>A user, with a token.</summary>
    public static ApiAccess UserToken { get; } = new() { IsForUsers = true, NeedsToken = true };

    /// <summary>As <see cref="UserToken"/>, even before a required new password or second factor is set up.</summary>
    public static ApiAccess UserTokenLimited { get; } = UserToken with { AllowsLimited = true };

    /// <summary>Administrators (and the operator).</summary>
    public bool IsForAdmins { get; private init; }

    /// <summary>Users.</summary>
    public bool IsForUsers { get; private init; }

    /// <summary>An API key does not do.</summary>
    public bool NeedsToken { get; private init; }

    /// <summary>A login that may only set up a password or a second factor does.</summary>
    public bool AllowsLimited { get; private init; }

    /// <summary>The permission that the administrator needs; empty for none.</summary>
    public string Permission { get; private init; } = "";

    /// <summary>True if somebody must be known.</summary>
    public bool NeedsPrincipal => IsForAdmins || IsForUsers;

    /// <summary>An administrator with this permission.</summary>
    public static ApiAccess Admin(string permission) => new() { IsForAdmins = true, Permission = permission };

    /// <summary>An administrator with this permission and a token.</summary>
    public static ApiAccess AdminToken(string permission) => new() { IsForAdmins = true, NeedsToken = true, Permission = permission };
}
