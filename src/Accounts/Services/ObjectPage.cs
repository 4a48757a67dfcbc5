namespace Hpc.Accounts.Services;

/// <summary>Which part of a list (R11.6).</summary>
public sealed record ObjectPage
{
    /// <summary>How many to leave out first.</summary>
    public int Offset { get; init; }

    /// <summary>At most so many, 1 to <see cref="Data.IObjectStore.MaxPage"/>.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>From the last name on.</summary>
    public bool IsDescending { get; init; }

    /// <summary>Only names behind this one; null: from the start.</summary>
    public string? After { get; init; }

    /// <summary>Only names that begin so; empty: all.</summary>
    public string Prefix { get; init; } = "";
}
