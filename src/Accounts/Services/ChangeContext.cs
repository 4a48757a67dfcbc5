using System.Net;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>On whose behalf objects are read and changed.</summary>
public sealed record ChangeContext
{
    /// <summary>The operator at the machine itself (command line, start): may do everything.</summary>
    public static ChangeContext Operator { get; } = new() { ActorName = "" };

    /// <summary>Name of the administrator or user; empty for the operator.</summary>
    public required string ActorName { get; init; }

    /// <summary>The administrator; null for a user about itself and for the operator.</summary>
    public Admin? Admin { get; init; }

    /// <summary>The user who changes what is its own; null otherwise.</summary>
    public UserAccount? User { get; init; }

    /// <summary>From where; null on the machine itself.</summary>
    public IPAddress? Remote { get; init; }

    /// <summary>True while a dump is loaded: hashes, encrypted secrets, second factors, identifiers and dates are taken as they are given.</summary>
    public bool IsRestore { get; init; }

    /// <summary>The role that the actor is limited to; empty is no limit.</summary>
    public string Role => Admin?.Role ?? "";

    /// <summary>True if there is nothing that it may not do.</summary>
    public bool IsUnlimited => Admin is null && User is null;

    /// <summary>True if it has the permission; <c>*</c> is all of them. A user has none.</summary>
    public bool Has(string permission) =>
        IsUnlimited || (Admin is { } admin && (admin.Permissions.Contains(AdminPermissionNames.All, StringComparer.Ordinal) || admin.Permissions.Contains(permission, StringComparer.Ordinal)));
}
