using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Data;

/// <summary>A page of objects in the order of their names' UTF-8 bytes.</summary>
/// <param name="Kind">What kind.</param>
public sealed record ObjectQuery(ObjectKind Kind)
{
    /// <summary>Only names behind this one in the order asked for; null: from the start.</summary>
    public string? After { get; init; }

    /// <summary>Only names that begin so; empty: all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Only objects of this role; null: all.</summary>
    public string? Role { get; init; }

    /// <summary>How many to leave out first, 0 or more.</summary>
    public int Offset { get; init; }

    /// <summary>At most so many, 1 to <see cref="IObjectStore.MaxPage"/>.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>From the last name on.</summary>
    public bool IsDescending { get; init; }
}
