namespace Hpc.Accounts.Dumps.Convert;

/// <summary>Which users are converted, and what they get.</summary>
public sealed record ConvertOptions
{
    /// <summary>Least number of a user; null: all but the system's administrator (0, with the home directory of root).</summary>
    public long? MinUid { get; init; }

    /// <summary>Greatest number of a user; null for none.</summary>
    public long? MaxUid { get; init; }

    /// <summary>Names of the users; empty: all.</summary>
    public IReadOnlyCollection<string> UserNames { get; init; } = [];

    /// <summary>The number that all get; null leaves their own.</summary>
    public long? ForceUid { get; init; }

    /// <summary>The number of the group that all get; null leaves their own.</summary>
    public long? ForceGid { get; init; }

    /// <summary>Directory of the home directories of users whose file has none; empty leaves them to the server's <c>users_base_dir</c>.</summary>
    public string HomeBase { get; init; } = "";
}
