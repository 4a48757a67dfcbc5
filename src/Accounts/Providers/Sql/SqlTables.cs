using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <summary>The names of the tables, with their prefix and quoted: a prefix may begin with a digit.</summary>
internal sealed class SqlTables
{
    /// <summary>Name of the table of schema versions behind the prefix.</summary>
    public const string SchemaVersionName = "schema_version";

    // The longest name of ours behind it stays below 63 bytes, the shortest limit of the servers.
    private const int MaxPrefix = 32;

    private readonly char _quote;

    /// <exception cref="DataProviderException">The prefix cannot be one.</exception>
    public SqlTables(string prefix, char quote)
    {
        if (prefix.Length > MaxPrefix || !prefix.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'))
        {
            throw new DataProviderException($"The prefix of the tables (sql_tables_prefix) holds only a-z, 0-9 and _, at most {MaxPrefix} characters; '{prefix}' does not fit.");
        }

        _quote = quote;
        Prefix = prefix;
        Objects = Quote("objects");
        References = Quote("object_references");
        Activity = Quote("activity");
        Deletions = Quote("deletions");
        Meta = Quote("meta");
        Ephemeral = Quote("ephemeral");
        UsageScopes = Quote("usage_scopes");
        UsageReservations = Quote("usage_reservations");
        UsageRuns = Quote("usage_runs");
        SchemaVersion = Quote(SchemaVersionName);
        SchemaLock = Quote("schema_lock");
    }

    public string Prefix { get; }

    public string Objects { get; }

    public string References { get; }

    public string Activity { get; }

    public string Deletions { get; }

    public string Meta { get; }

    public string Ephemeral { get; }

    public string UsageScopes { get; }

    public string UsageReservations { get; }

    public string UsageRuns { get; }

    public string SchemaVersion { get; }

    public string SchemaLock { get; }

    /// <summary>A name with prefix and quotes.</summary>
    public string Quote(string name) => $"{_quote}{Prefix}{name}{_quote}";
}
