namespace Hpc.Accounts.Sqlite.Legacy;

/// <summary>A row of one of the old tables.</summary>
internal sealed class LegacyRow
{
    public long Id { get; set; }

    public string Name { get; set; } = "";

    public string MappedPath { get; set; } = "";

    public long IsEnabled { get; set; }

    public long? ExpiresAt { get; set; }

    public long Version { get; set; }

    public string Document { get; set; } = "";
}
