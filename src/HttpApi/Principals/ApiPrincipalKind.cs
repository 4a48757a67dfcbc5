namespace Hpc.HttpApi.Principals;

/// <summary>Who asks.</summary>
internal enum ApiPrincipalKind
{
    /// <summary>Nobody that is known.</summary>
    Anonymous,

    /// <summary>The operator at the machine itself.</summary>
    Operator,

    /// <summary>An administrator.</summary>
    Admin,

    /// <summary>A user.</summary>
    User,
}
